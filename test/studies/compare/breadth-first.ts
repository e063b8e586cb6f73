import type { Event } from '../../../spec/events/event.ts';
import { FoundStates } from '../../../src/checker/found-states.ts';
import type { Difference, Disagreement } from './difference.ts';

/** How far a comparison went. */
export interface Compared {
  /** States in which every event was taken. */
  readonly states: number;
  /** Events taken, the refused ones among them. */
  readonly steps: number;
  readonly refused: number;
  /** States found. */
  readonly found: number;
  /** The first difference in the order of the search, so the one with the shortest trace. */
  readonly difference: Difference | null;
}

/** What a comparison does in a search. */
export interface Comparer {
  /** Words of a state. */
  readonly words: number;
  /** Gives the states to begin with. */
  readonly start: (add: (row: Int32Array) => void) => Disagreement | null;
  /** Takes up the state in the first words of a row. */
  readonly enter: (row: Int32Array) => Disagreement | null;
  /**
   * Takes an event in the state that was entered.
   *
   * @param row its content may be changed
   * @param add gives the successor; whether it is new
   * @returns whether the event was refused, or a disagreement
   */
  readonly take: (
    row: Int32Array,
    event: number,
    add: (row: Int32Array) => boolean,
  ) => boolean | Disagreement;
}

/** Looks for a difference in the reachable states, breadth first, up to a number of states. */
export function breadthFirst(
  { words, start, enter, take }: Comparer,
  events: readonly Event[],
  maxStates: number = Number.POSITIVE_INFINITY,
): Compared {
  const found = new FoundStates(words);
  const row = new Int32Array(words);
  let states = 0;
  let steps = 0;
  let refused = 0;
  const end = (disagreement: Disagreement | null, event: number | null): Compared => {
    const counts = { states, steps, refused, found: found.size };
    if (disagreement === null) return { ...counts, difference: null };
    const trace = found.wayTo(states).map((number) => events[number] as Event);
    const at = event === null ? null : (events[event] as Event);
    return { ...counts, difference: { trace, event: at, ...disagreement } };
  };

  const wrongAtStart = start((first) => found.add(first, -1, 0));
  if (wrongAtStart !== null) return end(wrongAtStart, null);
  for (; states < found.size && states < maxStates; states++) {
    found.read(states, row);
    const wrong = enter(row);
    if (wrong !== null) return end(wrong, null);
    for (let event = 0; event < events.length; event++) {
      found.read(states, row);
      const taken = take(row, event, (after) => found.add(after, states, event));
      if (typeof taken === 'object') return end(taken, event);
      steps++;
      if (taken) refused++;
    }
  }
  return end(null, null);
}
