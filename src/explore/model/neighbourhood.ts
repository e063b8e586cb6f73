import type { Event, Outcome } from '../../../spec/events/event.ts';
import { ALWAYS } from '../../../spec/properties/always.ts';
import { foundInState } from '../../../spec/properties/judge.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { inPlaceEngine } from '../../engine/in-place.ts';
import { foundBehind } from '../../engine/judge.ts';
import { GAVE_UP } from '../../engine/memo/goals.ts';
import { stateKey } from '../../engine/state-key.ts';
import { failureOf } from './failure.ts';
import type { ShownWorld } from './shown-world.ts';

/** What one event would lead to. */
export interface Successor {
  readonly event: Event;
  readonly outcome: Outcome;
  readonly machine: Machine;
  /** Whether the state stays what it is. */
  readonly same: boolean;
  /** The properties that the step breaks, or that do not hold in the state behind it. */
  readonly broken: readonly string[];
  /** Those of them that held before. */
  readonly breaks: readonly string[];
  /** Why the kernel file's code cannot carry it out; it then leads nowhere. */
  readonly failure: string | null;
}

/** Carries out every event of the layout in a state, each by itself. */
export function successors(world: ShownWorld, before: Machine): Successor[] {
  const here = stateKey(before);
  const brokenBefore = ALWAYS.filter((property) => foundInState(property, world, before) !== null);
  const take = (event: Event): Successor => {
    const { exit, machine: after } = inPlaceEngine.step(world, before, event);
    const step = { before, event, exit, after };
    const broken = ALWAYS.filter((property) => foundBehind(property, world, step) !== null);
    const gaveUp = (world.code?.whyNot(before, event, exit.outcome) ?? null) === null ? [] : [GAVE_UP.name];
    return {
      event,
      outcome: exit.outcome,
      machine: after,
      same: stateKey(after) === here,
      broken: [...broken.map(({ name }) => name), ...gaveUp],
      breaks: [...broken.filter((each) => !brokenBefore.includes(each)).map(({ name }) => name), ...gaveUp],
      failure: null,
    };
  };
  return world.layout.events.map((event) => {
    try {
      return take(event);
    } catch (error) {
      const nowhere = { outcome: 'ok', machine: before, same: true, broken: [], breaks: [] } as const;
      return { event, ...nowhere, failure: failureOf(world, error) };
    }
  });
}

/** A state near another. */
export interface Neighbour {
  /** Steps away. */
  readonly depth: number;
  readonly machine: Machine;
  /** A shortest way there. */
  readonly path: readonly Event[];
  /** The properties that the way there breaks at its last step. */
  readonly broken: readonly string[];
}

/** Events that lead from one neighbour to another, both by number. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly events: readonly Event[];
}

/** Some states around one, which is number 0, and the events between them; equal states are one. */
export interface Neighbourhood {
  readonly states: readonly Neighbour[];
  readonly edges: readonly Edge[];
  /** States that were found and left out. */
  readonly left: number;
}

/**
 * The states up to `depth` steps from `machine`, nearest first, no more than `most` of them; events that fault
 * or change nothing lead nowhere.
 */
export function neighbourhood(
  world: ShownWorld,
  machine: Machine,
  depth: number,
  most: number,
): Neighbourhood {
  const states: Neighbour[] = [{ depth: 0, machine, path: [], broken: [] }];
  const numbers = new Map([[stateKey(machine), 0]]);
  const edges: { from: number; to: number; events: Event[] }[] = [];
  const left = new Set<string>();
  for (let from = 0; from < states.length; from++) {
    const here = states[from] as Neighbour;
    if (here.depth === depth) break;
    for (const { event, outcome, same, machine: after, broken } of successors(world, here.machine)) {
      if (outcome === '#GP' || same) continue;
      const key = stateKey(after);
      const known = numbers.get(key);
      if (known === undefined && states.length >= most) {
        left.add(key);
        continue;
      }
      const to = known ?? states.length;
      if (known === undefined) {
        numbers.set(key, to);
        states.push({ depth: here.depth + 1, machine: after, path: [...here.path, event], broken });
      }
      const edge = edges.find((each) => each.from === from && each.to === to);
      if (edge === undefined) edges.push({ from, to, events: [event] });
      else edge.events.push(event);
    }
  }
  return { states, edges, left: left.size };
}
