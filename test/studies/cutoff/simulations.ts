import type { Event } from '../../../spec/events/event.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import type { Home } from '../../../spec/layouts/layout.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import type { World } from '../../../spec/world/world.ts';
import { differenceAt } from '../compare/compare-rows.ts';
import type { Simulation } from '../compare/compare-simulation.ts';
import { type Setting, worldOf } from '../setting.ts';
import { dominates, keepsStale } from './dominates.ts';
import {
  withAgreement,
  withFirstPage,
  withFrames,
  withOneVcpu,
  withoutLastSlot,
  withoutSpace,
  withPageFrozen,
} from './project.ts';

function worldsOf(setting: Setting, smaller: Partial<Bounds>): { larger: World; smaller: World } {
  return { larger: worldOf(setting), smaller: worldOf(setting, smaller) };
}

const same = (event: Event): Event => event;

/**
 * Three frames are as good as many: one that is told apart, and two names for all others. What matters of a
 * frame is whether a TLB holds it, and whether an entry of a shadow page agrees with the guest's. So a store of
 * another frame is followed by one of the two names: the one that the entry's shadow has, if the store makes
 * them agree, else the other one. Worlds with one role, so one shadow of an entry.
 */
export function fewerFrames(setting: Setting, apart: string): Simulation {
  const worlds = worldsOf(setting, { frames: 3 });
  const { frames, homes } = worlds.smaller.layout;
  const others = frames.filter((frame) => frame !== apart);
  return {
    ...worlds,
    follow: (event, states) => {
      if (event.kind !== 'write-pte' || event.frame === null || event.frame === apart) return event;
      const { page, index } = homes[`${event.space}:${event.page}`] as Home;
      const [before, after] = states().map(({ shadow }) => shadow[`${page}@wp`]?.entries[index] ?? null);
      const agree = before === event.frame;
      const frame = others.find((name) => (name === after) === agree) as string;
      return { ...event, frame };
    },
    relate: (larger, smaller) => {
      const [image, other] = [larger, smaller].map((each) => withAgreement(each, apart)) as [
        Machine,
        Machine,
      ];
      return (
        differenceAt('', image, other) ??
        keepsStale([worlds.larger, larger], [worlds.smaller, smaller], (_, frame) => frame === apart)
      );
    },
  };
}

/** Two frames, one told apart and one for all others: what a sync drops is not the same any more. */
export function twoFrames(setting: Setting): Simulation {
  const worlds = worldsOf(setting, { frames: 2 });
  const rename = (frame: string) => (frame === 'f1' ? 'f1' : 'f2');
  return {
    ...worlds,
    follow: (event) =>
      event.kind === 'write-pte' && event.frame !== null ? { ...event, frame: rename(event.frame) } : event,
    relate: (larger, smaller) =>
      dominates(withFrames(larger, rename), smaller, (_, __, entry) => entry === 'f2'),
  };
}

/**
 * The last user page never changes: what matters of a neighbour in the same table is that it makes the table
 * be linked and be unsync, not what it maps. The same world follows, with every store to the page storing f1;
 * an emulated store that finds no entry in the larger world has no effect there, so nothing follows. Stores
 * that clear the entry are left out.
 */
export function freezePage(setting: Setting): Simulation {
  const worlds = worldsOf(setting, {});
  const { virtualPages, bounds } = worlds.larger.layout;
  const index = bounds.userPages - 1;
  const frozen = `u${index}`;
  if (!virtualPages.includes(frozen)) throw new Error(`the layout has no page ${frozen}`);
  return {
    ...worlds,
    follow: (event, states) => {
      if (event.kind !== 'write-pte' || event.page !== frozen) return event;
      if (event.frame === null) return 'left out';
      const { page } = worlds.larger.layout.homes[`${event.space}:${frozen}`] as Home;
      const shadowed = states()[0].shadow[`${page}@wp`]?.entries[index] ?? null;
      return event.emulated && shadowed === null ? 'stays' : { ...event, frame: 'f1' };
    },
    relate: (larger, smaller) => {
      const [image, other] = [larger, smaller].map((each) => withPageFrozen(each, frozen, index, 'f1')) as [
        Machine,
        Machine,
      ];
      return (
        dominates(image, other, (_, at) => at === index) ??
        keepsStale([worlds.larger, larger], [worlds.smaller, smaller], (page) => page !== frozen)
      );
    },
  };
}

/** A space that no vCPU loads: stores to its tables are stores to memory that nobody translates through. */
export function idleSpace(setting: Setting): Simulation {
  const { spaces = 2 } = setting.bounds;
  const worlds = worldsOf(setting, { spaces: spaces - 1 });
  const idle = worlds.larger.layout.spaces.at(-1) as string;
  return {
    ...worlds,
    follow: (event) => {
      if (event.kind === 'mov-cr3' && event.space === idle) return 'left out';
      return event.kind === 'write-pte' && event.space === idle ? 'stays' : event;
    },
    relate: (larger, smaller) => {
      const image = withoutSpace(larger, idle);
      return dominates(image, smaller) ?? dominates(smaller, image);
    },
  };
}

/** A PCID that no vCPU loads: an invalidation of it finds no root and no entry. */
export function idlePcid(setting: Setting): Simulation {
  const { pcids = 2 } = setting.bounds;
  const worlds = worldsOf(setting, { pcids: pcids - 1 });
  return {
    ...worlds,
    follow: (event) => {
      if (event.kind === 'mov-cr3' && event.low === pcids - 1) return 'left out';
      return event.kind === 'invpcid' && 'pcid' in event && event.pcid === pcids - 1 ? 'stays' : event;
    },
    relate: (larger, smaller) => dominates(larger, smaller) ?? dominates(smaller, larger),
  };
}

/** A vCPU that only idles in the guest, and is kicked now and then. */
export function idleVcpu(setting: Setting): Simulation {
  const worlds = worldsOf(setting, { vcpus: 1 });
  return {
    ...worlds,
    follow: (event) => (event.cpu === 0 ? event : 'left out'),
    relate: (larger, smaller) => {
      const image = withOneVcpu(larger);
      return dominates(image, smaller) ?? dominates(smaller, image);
    },
  };
}

/** One cached root fewer. */
export function fewerCachedRoots(setting: Setting): Simulation {
  const { cachedRoots = 3 } = setting.bounds;
  return {
    ...worldsOf(setting, { cachedRoots: cachedRoots - 1 }),
    follow: same,
    relate: (larger, smaller) => dominates(withoutLastSlot(larger), smaller),
  };
}

/** Neighbours that never change are as good as one: u1 stands for u1 and u2. */
export function mergeFrozenPages(setting: Setting): Simulation {
  const worlds = worldsOf(setting, { userPages: 2 });
  const isFrozen = (page: string) => page === 'u1' || page === 'u2';
  return {
    ...worlds,
    follow: (event) => {
      if (!('page' in event) || !isFrozen(event.page)) return event;
      if (event.kind === 'write-pte' && event.frame !== 'f1') return 'left out';
      return { ...event, page: 'u1' };
    },
    relate: (larger, smaller) => {
      const [image, other] = [larger, smaller].map((each) => withFirstPage(each)) as [Machine, Machine];
      return (
        dominates(image, other) ??
        keepsStale([worlds.larger, larger], [worlds.smaller, smaller], (page) => !isFrozen(page))
      );
    },
  };
}
