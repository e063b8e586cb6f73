import type { Machine } from '../../spec/state/machine.ts';
import type { World } from '../../spec/world/world.ts';
import { breadthFirst, type Compared } from './breadth-first.ts';
import type { CoreFunctions } from './core-functions.ts';
import { Pair } from './pair.ts';

/** What to compare. */
export interface Comparison {
  /** Where to begin; the initial state by default. */
  readonly from?: readonly Machine[];
  /** How many states to take every event in; all that are reachable by default. */
  readonly maxStates?: number;
  /** The functions of the core to compare; those of `src/core` by default. */
  readonly core?: CoreFunctions;
}

/**
 * Holds a core against the spec: finds the reachable states breadth first by the core, and in each takes every
 * event of the layout with both. They must agree in what is refused, in every field of the state, in the
 * requests that the handler raised, in the work of the step, and in the findings of the step and of each state.
 * Ends at the first difference; breaking a property is none.
 */
export function compareCore(world: World, { from, maxStates, core: functions }: Comparison = {}): Compared {
  const pair = new Pair(world, functions);
  const { row, layout } = pair.core;
  let before: Machine;
  return breadthFirst(
    {
      words: layout.words,
      start: (add) => {
        if (from === undefined) {
          const { disagreement } = pair.start();
          add(row);
          return disagreement;
        }
        for (const machine of from) {
          const disagreement = pair.load(machine);
          if (disagreement !== null) return disagreement;
          add(row);
        }
        return null;
      },
      enter: (state) => {
        row.set(state);
        before = pair.machine();
        return pair.compareState(before);
      },
      take: (state, event, add) => {
        row.set(state);
        const taken = pair.step(event, before);
        if (taken.kind === 'disagree') return taken.disagreement;
        if (taken.kind === 'refused') return true;
        return (add(row) ? pair.compareFindings(taken.after) : null) ?? false;
      },
    },
    world.layout.events,
    maxStates,
  );
}
