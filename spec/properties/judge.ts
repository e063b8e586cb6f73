import type { Layout } from '../layouts/layout.ts';
import type { KvmMachine, Machine } from '../state/machine.ts';
import type { Pcid } from '../state/names.ts';
import { pcidOf } from '../state/registers.ts';
import { mayHoldTagged, VPIDS } from '../state/tlb.ts';
import { activePcid, type Vcpu } from '../state/vcpu.ts';
import type { World } from '../world/world.ts';
import type { Each, Held, Property, Rule, Step, Subjects } from './property.ts';

/** What the rules about states find in one, in words; null if nothing. */
export function foundInState({ rules }: Property, world: World, machine: Machine): string | null {
  const held = once(() => machine.vcpus.flatMap((_, cpu) => heldBy(world.layout, machine, cpu)));
  for (const rule of rules) {
    const found = askState(rule, world, machine, held);
    if (found !== null) return found;
  }
  return null;
}

/** What the rules about steps find in one, in words; null if nothing. */
export function foundInStep({ rules }: Property, world: World, step: Step): string | null {
  for (const rule of rules) {
    if (rule.on === 'step') {
      const found = rule.wrong(world, step);
      if (found !== null) return found;
    }
    if (rule.on === 'step entry') {
      const { cpu } = step.event;
      const ends = [step.before, step.after];
      const pcids = pcidsOf(world.layout, ...ends.map(({ vcpus }) => vcpus[cpu] as Vcpu));
      const [before, after] = ends.map((machine) => heldBy(world.layout, machine, cpu, pcids));
      for (const [i, held] of (before as Held[]).entries()) {
        const found = rule.wrong(world, step, heldByBoth(held, after?.[i] as Held));
        if (found !== null) return found;
      }
    }
  }
  return null;
}

function askState(rule: Rule, world: World, machine: Machine, held: () => readonly Held[]): string | null {
  if (rule.on !== 'state' && rule.on !== 'entry') return null;
  for (const subject of subjectsOf(rule.each, machine)) {
    // Its subjects are those of `each`, which the types cannot say.
    if (rule.on === 'state') {
      const found = (rule.wrong as Ask)(world, machine, subject);
      if (found !== null) return found;
      continue;
    }
    for (const each of held()) {
      if (cpuOf(subject) !== each.cpu) continue;
      const found = (rule.wrong as Ask)(world, machine, subject, each);
      if (found !== null) return found;
    }
  }
  return null;
}

type Ask = (world: World, machine: KvmMachine, subject: unknown, held?: Held) => string | null;

/** What a rule about states is asked of in a machine. */
export function subjectsOf<E extends Each>(each: E, machine: KvmMachine): readonly Subjects[E][];
/** The same for any sort of subject. */
export function subjectsOf(each: Each, { vcpus, shadow }: KvmMachine): readonly Subjects[Each][] {
  if (each === 'shadow page') return Object.keys(shadow);
  if (each === 'vcpu') return vcpus.map((_, cpu) => cpu);
  return vcpus.flatMap(({ mmu }, cpu) =>
    Array.from({ length: mmu.prevRoots.length + 1 }, (_, slot) => ({ cpu, slot })),
  );
}

/** The vCPU whose TLBs a rule about entries is asked of. */
export function cpuOf(subject: Subjects[Each]): number {
  return typeof subject === 'object' ? subject.cpu : Number(subject);
}

/** The PCIDs of a layout, and those that a vCPU uses besides: an event may name others than the layout tries. */
function pcidsOf({ pcids }: Layout, ...vcpus: readonly Vcpu[]): readonly Pcid[] {
  const others = vcpus.flatMap(({ guest, mmu, tlbs }) => [
    activePcid(guest),
    ...mmu.prevRoots.flatMap((root) => (root === null ? [] : pcidOf(guest.cr4, root.pgd))),
    ...VPIDS.flatMap((vpid) => [...tlbs[vpid].guest, ...tlbs[vpid].hardware, ...tlbs[vpid].away])
      .map(({ pcid }) => pcid)
      .filter((pcid) => pcid !== 'global'),
  ]);
  return [...new Set([...pcids, ...others])].sort((one, other) => one - other);
}

/** Every translation that TLBs of a vCPU could hold, held or not, in one order. */
export function heldBy(
  layout: Layout,
  machine: Machine,
  cpu: number,
  pcids: readonly Pcid[] = pcidsOf(layout, machine.vcpus[cpu] as Vcpu),
): Held[] {
  const { tlbs } = machine.vcpus[cpu] as Vcpu;
  return layout.virtualPages.flatMap((page) =>
    pcids.flatMap((pcid) =>
      (layout.framesOf[page] ?? []).map((frame) => {
        const by = Object.fromEntries(
          VPIDS.map((vpid) => {
            const { guest, hardware, away } = tlbs[vpid];
            return [
              vpid,
              {
                guest: mayHoldTagged(guest, pcid, page, frame),
                global: mayHoldTagged(guest, 'global', page, frame),
                hardware: mayHoldTagged(hardware, pcid, page, frame),
                away: mayHoldTagged(away, pcid, page, frame),
              },
            ];
          }),
        ) as Held['by'];
        return { cpu, pcid, page, frame, by };
      }),
    ),
  );
}

function heldByBoth(one: Held, other: Held): Held {
  const by = Object.fromEntries(
    VPIDS.map((vpid) => {
      const [a, b] = [one.by[vpid], other.by[vpid]];
      return [
        vpid,
        {
          guest: a.guest && b.guest,
          global: a.global && b.global,
          hardware: a.hardware && b.hardware,
          away: a.away && b.away,
        },
      ];
    }),
  ) as Held['by'];
  return { ...one, by };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
