// SPDX-License-Identifier: GPL-2.0
import type { Event } from '../../../spec/events/event.ts';
import { copyMachine } from '../../../spec/schema/copy.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { EMPTY_TLB } from '../../../spec/state/tlb.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import { step } from '../../../spec/step/step.ts';
import type { World } from '../../../spec/world/world.ts';
import { FoundMachines, type Origin } from '../../found-machines.ts';

/**
 * Every reachable state of the specification, as a tree: each state hangs below the one from which it was found
 * first.
 */
export interface Tree {
  readonly world: World;
  readonly states: number;
  /** The state that an event was the first to reach, or null. */
  readonly child: (state: number, event: number) => number | null;
  readonly machine: (state: number) => Machine;
  readonly traceTo: (state: number) => Event[];
}

/**
 * Whether states that differ only in what no KVM code reads, the guest's own TLB and the CR3 values that may
 * fill it, count apart. The kernel cannot tell them apart: every transition of KVM is among those of the states
 * without ghosts.
 */
export type Ghosts = 'with ghosts' | 'without ghosts';

/** Finds every reachable state, breadth first. */
export function reachable(world: World, ghosts: Ghosts): Tree {
  const { events } = world.layout;
  const found = new FoundMachines(world);
  const children = new Map<number, number>();

  const add = (machine: Machine, origin: Origin | null): void => {
    if (ghosts === 'without ghosts') forget(machine);
    if (!found.add(machine, origin) || origin === null) return;
    const [state, event] = origin;
    children.set(state * events.length + event, found.size - 1);
  };

  add(initialMachine(world), null);
  for (let state = 0; state < found.size; state++) {
    const before = found.machine(state);
    events.forEach((event, e) => {
      const after = copyMachine(before);
      if (step(world, after, event).outcome === 'ok') add(after, [state, e]);
    });
  }
  return {
    world,
    states: found.size,
    child: (state, event) => children.get(state * events.length + event) ?? null,
    machine: (state) => found.machine(state),
    traceTo: (state) => found.traceTo(state),
  };
}

function forget(machine: Machine): void {
  for (const vcpu of machine.vcpus) {
    for (const under of Object.values(vcpu.tlbs)) {
      under.guest = EMPTY_TLB;
      under.loaded = [];
    }
  }
}
