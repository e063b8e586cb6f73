import type { Event } from '../../../spec/events/event.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import type { World } from '../../../spec/world/world.ts';
import { REFUSED } from '../../../src/checker/model.ts';
import { formatEvent } from '../../../src/trace/print.ts';
import { wholeStates } from '../whole-states.ts';
import { breadthFirst, type Compared } from './breadth-first.ts';
import type { Disagreement } from './difference.ts';

/** How a larger world is followed by a smaller one. */
export interface Simulation {
  readonly larger: World;
  readonly smaller: World;
  /**
   * The event with which the smaller world follows; `stays`: with none; `left out`: the larger world does not
   * take it either.
   *
   * @param states the pair before the event
   */
  readonly follow: (event: Event, states: () => readonly [Machine, Machine]) => Event | 'stays' | 'left out';
  /** What is wrong with a pair of states that were reached together; null if they are related. */
  readonly relate: (larger: Machine, smaller: Machine) => Disagreement | null;
}

/**
 * Whether a smaller world can follow a larger one, step by step, and stays related to it: looked at in every
 * pair of states that they reach together. Where the relation says that the smaller state is the image of the
 * larger one, that is a projection that commutes with every step.
 *
 * @param maxPairs how many pairs to take every event in; all that are reachable by default
 */
export function compareSimulation(simulation: Simulation, maxPairs?: number): Compared {
  const [large, small] = [wholeStates(simulation.larger), wholeStates(simulation.smaller)];
  const words = large.rows.words;
  const { events } = simulation.larger.layout;
  const numbers = new Map(small.world.layout.events.map((event, i) => [formatEvent(event), i]));
  const [larger, smaller] = [large, small].map(({ model }) => new Int32Array(model.bufferWords)) as [
    Int32Array,
    Int32Array,
  ];
  const pair = new Int32Array(words + small.rows.words);
  const join = () => {
    pair.set(larger.subarray(0, words));
    pair.set(smaller.subarray(0, small.rows.words), words);
    return pair;
  };
  const split = (state: Int32Array) => {
    larger.set(state.subarray(0, words));
    smaller.set(state.subarray(words));
  };
  return breadthFirst(
    {
      words: pair.length,
      start: (add) => {
        large.model.initial(larger);
        small.model.initial(smaller);
        add(join());
        return null;
      },
      enter: (state) => {
        split(state);
        return simulation.relate(large.machineOf(larger), small.machineOf(smaller));
      },
      take: (state, event, add) => {
        split(state);
        const follower = simulation.follow(events[event] as Event, () => [
          large.machineOf(larger),
          small.machineOf(smaller),
        ]);
        if (follower === 'left out' || large.model.step(larger, event, 0) === REFUSED) return true;
        const number = follower === 'stays' ? null : numberOf(numbers, follower);
        if (number !== null && small.model.step(smaller, number, 0) === REFUSED)
          return { field: 'outcome', one: 'ok', other: '#GP' };
        add(join());
        return false;
      },
    },
    events,
    maxPairs,
  );
}

/** The number, in the smaller world, of the event that follows. @throws Error if it has no such event */
function numberOf(numbers: ReadonlyMap<string, number>, event: Event): number {
  const number = numbers.get(formatEvent(event));
  if (number === undefined) throw new Error(`the smaller world has no event ${formatEvent(event)}`);
  return number;
}
