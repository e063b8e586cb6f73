// SPDX-License-Identifier: GPL-2.0
import type { Event } from '../../../spec/events/event.ts';
import { type Pair, stepBoth } from '../../../src/conform/lockstep.ts';
import { formatDifference } from '../../../src/conform/report.ts';
import type { Tree } from './reachable.ts';

/** How much was compared. */
export interface Compared {
  readonly states: number;
  /** Events carried out on both sides, those that fault among them. */
  readonly events: number;
  readonly faults: number;
}

/**
 * Compares every event in every state of a tree. The tree is walked depth first with the kernel's memory saved
 * at each state of the path, so a transition costs one restore and one event.
 *
 * @throws Error with both states side by side at the first difference
 */
export function everyTransition(pair: Pair, tree: Tree, linux: string): Compared {
  const { events: alphabet } = tree.world.layout;
  let states = 0;
  let events = 0;
  let faults = 0;

  const visit = (state: number): void => {
    states++;
    const image = pair.kernel.save();
    const machine = tree.machine(state);
    alphabet.forEach((event, e) => {
      pair.kernel.restore(image);
      pair.spec.restore(machine);
      const steps = stepBoth(pair, event);
      events++;
      if (steps.spec.view.get('outcome') === '#GP') faults++;
      if (steps.differs.length > 0) {
        const trace = [...tree.traceTo(state), event];
        throw new Error(formatDifference(trace, { ...steps, at: trace.length - 1 }, linux));
      }
      const child = tree.child(state, e);
      if (child !== null) visit(child);
    });
  };

  pair.kernel.reset();
  visit(0);
  return { states, events, faults };
}

/** Compares every trace of up to `depth` events of the layout. @throws Error at the first difference */
export function everyTrace(pair: Pair, depth: number, linux: string): Compared {
  const { events: alphabet } = pair.spec.world.layout;
  const trace: Event[] = [];
  let states = 0;
  let events = 0;
  let faults = 0;

  const visit = (left: number): void => {
    states++;
    if (left === 0) return;
    const image = pair.kernel.save();
    const machine = pair.spec.save();
    for (const event of alphabet) {
      pair.kernel.restore(image);
      pair.spec.restore(machine);
      trace.push(event);
      const steps = stepBoth(pair, event);
      events++;
      if (steps.spec.view.get('outcome') === '#GP') faults++;
      if (steps.differs.length > 0)
        throw new Error(formatDifference(trace, { ...steps, at: trace.length - 1 }, linux));
      visit(left - 1);
      trace.pop();
    }
  };

  pair.kernel.reset();
  pair.spec.reset();
  visit(depth);
  return { states, events, faults };
}
