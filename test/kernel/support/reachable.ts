// SPDX-License-Identifier: GPL-2.0
import type { Event } from '../../../spec/events/event.ts';
import { initialMachine } from '../../../spec/layouts/initial.ts';
import { copyMachine } from '../../../spec/state/copy.ts';
import type { Machine, World } from '../../../spec/state/machine.ts';
import { EMPTY_TLB } from '../../../spec/state/tlb.ts';
import { step } from '../../../spec/step/step.ts';
import { Codec } from '../../../src/search/codec.ts';

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
  const codec = new Codec(world.layout);
  const numbers = new Map<string, number>();
  const keys: string[] = [];
  const origins: (readonly [state: number, event: number] | null)[] = [];
  const children = new Map<number, number>();

  const add = (machine: Machine, origin: readonly [number, number] | null): void => {
    if (ghosts === 'without ghosts') forget(machine);
    const key = codec.write(machine);
    if (numbers.has(key)) return;
    if (origin !== null) children.set(origin[0] * events.length + origin[1], keys.length);
    numbers.set(key, keys.length);
    keys.push(key);
    origins.push(origin);
  };

  add(initialMachine(world), null);
  for (let state = 0; state < keys.length; state++) {
    const before = codec.read(keys[state] as string);
    events.forEach((event, e) => {
      const after = copyMachine(before);
      if (step(world, after, event).outcome === 'ok') add(after, [state, e]);
    });
  }
  return {
    world,
    states: keys.length,
    child: (state, event) => children.get(state * events.length + event) ?? null,
    machine: (state) => codec.read(keys[state] as string),
    traceTo: (state) => {
      const trace: Event[] = [];
      for (let at = origins[state]; at; at = origins[at[0]]) trace.push(events[at[1]] as Event);
      return trace.reverse();
    },
  };
}

function forget(machine: Machine): void {
  for (const vcpu of machine.vcpus) {
    vcpu.guestTlb = EMPTY_TLB;
    vcpu.loaded = [];
  }
}
