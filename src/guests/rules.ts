import type { EntryRule, Held } from '../../spec/properties/property.ts';
import { contextAt, staleHolder } from '../../spec/properties/vtlb.ts';
import type { KvmMachine } from '../../spec/state/machine.ts';
import { activePcid, type KvmVcpu, vpidInUse } from '../../spec/state/vcpu.ts';
import { walk } from '../../spec/state/walk.ts';
import type { World } from '../../spec/world/world.ts';
import type { JudgedProperty } from '../engine/memo/goals.ts';

/** What an access under the CR3 that is loaded could make of a translation. */
interface Standing {
  /** It may get it by a walk of the current root, or from the hardware TLB. */
  readonly used: () => boolean;
  /** The guest's tables give it. */
  readonly fresh: () => boolean;
  /** The guest's own TLB could hold it. */
  readonly allowed: () => boolean;
}

/** Null for a translation under another PCID, which no access could use. */
function standingOf({ layout }: World, machine: KvmMachine, held: Held): Standing | null {
  const { guest, mmu } = machine.vcpus[held.cpu] as KvmVcpu;
  if (activePcid(guest) !== held.pcid) return null;
  const path = layout.paths[held.page] as readonly number[];
  const { hardware, guest: tagged, global } = held.by[vpidInUse(guest)];
  return {
    used: () => hardware || (mmu.root !== null && walk(machine.shadow, mmu.root.page, path) === held.frame),
    fresh: () => walk(machine.memory, guest.cr3.space, path) === held.frame,
    allowed: () => tagged || global,
  };
}

function isStale({ used, fresh, allowed }: Standing): boolean {
  return !allowed() && used() && !fresh();
}

/** A property of each virtual page, in their order: whether a translation of it stands so. */
function ofEachPage({ layout }: World, name: string, stands: (standing: Standing) => boolean) {
  return layout.virtualPages.map((page): JudgedProperty => {
    const rule: EntryRule<'vcpu'> = {
      on: 'entry',
      each: 'vcpu',
      wrong: (world, machine, _, held) => {
        if (held.page !== page) return null;
        const standing = standingOf(world, machine, held);
        return standing !== null && stands(standing) ? name : null;
      },
    };
    return { name: `${name} of ${page}`, doc: name, always: true, rules: [rule] };
  });
}

/** Of each page: an access may read what the guest's own TLB could not hold and its tables do not give. */
export function staleReads(world: World): JudgedProperty[] {
  return ofEachPage(world, 'a stale read', isStale);
}

/** Of each page: an access may read what the guest's tables do not give. */
export function oldReads(world: World): JudgedProperty[] {
  return ofEachPage(world, 'an old read', ({ used, fresh }) => used() && !fresh());
}

/** Of each page: the guest's own TLB could hold what its tables do not give. */
export function oldEntries(world: World): JudgedProperty[] {
  return ofEachPage(world, 'an old entry', ({ fresh, allowed }) => allowed() && !fresh());
}

/** A translation that is stale under a root in prev_roots, and not under the CR3 that is loaded. */
export const STALE_ELSEWHERE: JudgedProperty = {
  name: 'stale elsewhere',
  doc: 'a root in prev_roots is stale, and not the CR3 that is loaded',
  always: true,
  rules: [
    {
      on: 'entry',
      each: 'root slot',
      wrong: (world, machine, { cpu, slot }, held) => {
        const context = slot === 0 ? null : contextAt(machine.vcpus[cpu] as KvmVcpu, slot);
        if (context === null || staleHolder(world, machine, context, held) === null) return null;
        const standing = standingOf(world, machine, held);
        return standing !== null && isStale(standing) ? null : 'stale elsewhere';
      },
    },
  ],
};
