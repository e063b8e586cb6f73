import type { Event } from '../../../../spec/events/event.ts';
import type { Machine } from '../../../../spec/state/machine.ts';
import type { World } from '../../../../spec/world/world.ts';
import { formatEvent } from '../../../../src/trace/print.ts';
import { FoundMachines } from '../../../found-machines.ts';
import { SideBySide, type SideBySideOptions } from './side-by-side.ts';

/** How far a comparison went. */
export interface Compared {
  /** States in which every event was taken. */
  readonly states: number;
  readonly steps: number;
  /** What differs, at the end of a shortest trace; null if nothing does. */
  readonly difference: string | null;
}

/** Takes every event in the states of a world, breadth first, with the spec and the memo side by side. */
export function compareAll(
  world: World,
  maxStates: number = Number.POSITIVE_INFINITY,
  options: SideBySideOptions = {},
): Compared {
  const pair = new SideBySide(world, options);
  const found = new FoundMachines(world);
  let state = 0;
  let steps = 0;
  try {
    found.add(pair.start(), null);
    for (; state < found.size && state < maxStates; state++) {
      for (const [event, after] of pair.takeAll(found.machine(state)).entries()) {
        steps++;
        if (after !== null) found.add(after, [state, event]);
      }
    }
    const wrong = state === found.size ? pair.wrongCases() : null;
    return { states: state, steps, difference: wrong };
  } catch (error) {
    const trace = found.traceTo(state).map((event: Event) => formatEvent(event));
    return {
      states: state,
      steps,
      difference: `after ${trace.join('; ') || 'nothing'}: ${(error as Error).message}`,
    };
  }
}

/** Steps of a walk between two where the memo takes all steps of a state at once. */
const ALL_AT_ONCE = 12;

/** Walks along events of the layout, given by number, with both side by side. @throws Error if they differ */
export function walkAlong(pair: SideBySide, events: readonly number[]): Machine {
  let machine = pair.start();
  const trace: string[] = [];
  for (const [i, event] of events.entries()) {
    try {
      const after = pair.take(machine, event, i % ALL_AT_ONCE === ALL_AT_ONCE - 1);
      trace.push(formatEvent(pair.world.layout.events[event] as Event));
      machine = after ?? machine;
    } catch (error) {
      throw new Error(`after ${trace.join('; ')}: ${(error as Error).message}`);
    }
  }
  return machine;
}
