import type { Event, Outcome } from '../../spec/events/event.ts';
import { copyMachine } from '../../spec/schema/copy.ts';
import type { Machine } from '../../spec/state/machine.ts';
import type { Frame } from '../../spec/state/names.ts';
import { formatCr3 } from '../../spec/state/registers.ts';
import { framesFor, VPIDS } from '../../spec/state/tlb.ts';
import { activePcid, type Root, type Vcpu, vpidInUse } from '../../spec/state/vcpu.ts';
import { walk } from '../../spec/state/walk.ts';
import { initialMachine } from '../../spec/step/initial.ts';
import { step } from '../../spec/step/step.ts';
import type { World } from '../../spec/world/world.ts';
import { keyOf, stateKey } from '../engine/state-key.ts';

/** What the specification says of an event. */
export interface Expected {
  readonly outcome: Outcome;
  /** What an access may read, null for nothing mapped; null for other events. */
  readonly reads: readonly (Frame | null)[] | null;
  /** What the kernel's vCPU holds after the event, where a kernel is the measure. */
  readonly roots: { readonly root: string | null; readonly prevRoots: readonly (string | null)[] } | null;
}

/** What an implementation is compared with: one machine after another, and what to expect of each event. */
export interface Oracle {
  readonly world: World;
  readonly start: () => Machine;
  /** The machine given stays as it was. */
  readonly next: (
    machine: Machine,
    event: Event,
  ) => { readonly machine: Machine; readonly expected: Expected };
  /** Equal for machines of which the same is expected ever after. */
  readonly key: (machine: Machine) => string;
}

/** Expects of an implementation what this kernel does. */
export function exactly(world: World): Oracle {
  return {
    world,
    start: () => initialMachine(world),
    next: (before, event) => {
      const machine = copyMachine(before);
      const { outcome, sees } = step(world, machine, event);
      const { root, prevRoots } = (machine.vcpus[event.cpu] as Vcpu).mmu;
      const reads = event.kind !== 'access' ? null : sees.length > 0 ? sees : [null];
      return {
        machine,
        expected: { outcome, reads, roots: { root: nameOf(root), prevRoots: prevRoots.map(nameOf) } },
      };
    },
    key: stateKey,
  };
}

/**
 * Expects of an implementation what the architecture asks: an access reads what the guest's TLB could hold or
 * what its tables say now, and finds nothing only where they say nothing, for a processor walks them before it
 * faults. Which kernel carries out the events does not matter.
 */
export function soundly(world: World): Oracle {
  return {
    world,
    start: () => initialMachine(world),
    next: (before, event) => {
      const machine = copyMachine(before);
      const { outcome } = step(world, machine, event);
      const reads = event.kind === 'access' ? allowed(world, machine, event) : null;
      return { machine, expected: { outcome, reads, roots: null } };
    },
    key: ({ memory, vcpus }) =>
      keyOf([
        Object.values(memory).map(({ entries }) => entries),
        vcpus.map(({ guest, tlbs }) => [guest, VPIDS.map((vpid) => [tlbs[vpid].guest, tlbs[vpid].loaded])]),
      ]),
  };
}

function allowed(
  { layout }: World,
  { memory, vcpus }: Machine,
  { cpu, page }: Event & { readonly kind: 'access' },
): (Frame | null)[] {
  const { guest, tlbs } = vcpus[cpu] as Vcpu;
  const found = walk(memory, guest.cr3.space, layout.paths[page] as readonly number[]);
  return [...new Set([...framesFor(tlbs[vpidInUse(guest)].guest, activePcid(guest), page), found])];
}

function nameOf(root: Root | null): string | null {
  return root === null ? null : formatCr3(root.pgd);
}
