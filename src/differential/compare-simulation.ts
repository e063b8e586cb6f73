import type { Event } from '../../spec/events/event.ts';
import type { Machine } from '../../spec/state/machine.ts';
import type { World } from '../../spec/world/world.ts';
import { REFUSED } from '../checker/model.ts';
import { createCore } from '../core/create.ts';
import type { CoreEvent } from '../core/event.ts';
import { Unpacker } from '../core/row/unpack.ts';
import { initial } from '../core/step/initial.ts';
import { step } from '../core/step/step.ts';
import { formatEvent } from '../trace/print.ts';
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
  const [large, small] = [sideOf(simulation.larger), sideOf(simulation.smaller)];
  const { events } = simulation.larger.layout;
  const numbers = new Map(small.world.layout.events.map((event, i) => [formatEvent(event), i]));
  const pair = new Int32Array(large.words + small.words);
  const join = () => {
    for (let word = 0; word < large.words; word++) pair[word] = large.core.row[word] as number;
    for (let word = 0; word < small.words; word++) pair[large.words + word] = small.core.row[word] as number;
    return pair;
  };
  return breadthFirst(
    {
      words: pair.length,
      start: (add) => {
        initial(large.core);
        initial(small.core);
        add(join());
        return null;
      },
      enter: (state) =>
        simulation.relate(
          large.unpacker.unpack(state.slice(0, large.words)),
          small.unpacker.unpack(state.slice(large.words)),
        ),
      take: (state, event, add) => {
        const [before, smaller] = [state.slice(0, large.words), state.slice(large.words)];
        const follower = simulation.follow(events[event] as Event, () => [
          large.unpacker.unpack(before),
          small.unpacker.unpack(smaller),
        ]);
        if (follower === 'left out') return true;
        large.core.row.set(before);
        small.core.row.set(smaller);
        const refused = step(large.core, large.events[event] as CoreEvent, 0) === REFUSED;
        if (refused) return true;
        const number = follower === 'stays' ? null : numberOf(numbers, follower);
        if (number !== null && step(small.core, small.events[number] as CoreEvent, 0) === REFUSED)
          return { field: 'outcome', spec: 'ok', core: '#GP' };
        add(join());
        return false;
      },
    },
    events,
    maxPairs,
  );
}

function sideOf(world: World) {
  const { core, events } = createCore(world);
  return { world, core, events, words: core.layout.words, unpacker: new Unpacker(world.layout, core.layout) };
}

/** The number, in the smaller world, of the event that follows. @throws Error if it has no such event */
function numberOf(numbers: ReadonlyMap<string, number>, event: Event): number {
  const number = numbers.get(formatEvent(event));
  if (number === undefined) throw new Error(`the smaller world has no event ${formatEvent(event)}`);
  return number;
}
