import type { Event } from '../../spec/events/event.ts';
import { initialMachine } from '../../spec/layouts/initial.ts';
import type { Always, Sometimes } from '../../spec/properties/property.ts';
import { SAFETY } from '../../spec/properties/vtlb-within-guest-tlb.ts';
import type { World } from '../../spec/state/machine.ts';
import type { Engine } from '../engine/engine.ts';
import { Codec } from './codec.ts';
import type { Limits, StopReason } from './limits.ts';
import { Monitor, type Violation } from './monitor.ts';
import { Visited } from './visited.ts';

/** What to search, and what to look for. */
export interface SearchInput {
  readonly world: World;
  readonly engine: Engine;
  readonly always: readonly Always[];
  readonly sometimes: readonly Sometimes[];
  readonly limits: Limits;
  /** Called every few thousand transitions. */
  readonly onProgress?: (progress: Progress) => void;
}

/** How far a search has come. */
export interface Progress {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** States found and not yet expanded. */
  readonly frontier: number;
}

/** What a search found. */
export interface SearchResult {
  /** Distinct states found. */
  readonly states: number;
  /**
   * Events carried out without a fault, one for each expanded state and event, whether or not they led to a
   * new state.
   */
  readonly transitions: number;
  /** Length of the longest of the shortest traces to the states found. */
  readonly depth: number;
  /** Whether every reachable state was found and expanded. */
  readonly complete: boolean;
  /** Why the search ended early, if a limit ended it. */
  readonly stoppedBy: StopReason | null;
  /** A shortest violation of each broken property, safety first. */
  readonly violations: readonly Violation[];
  /** A shortest trace to each *sometimes* property that has one. */
  readonly witnesses: ReadonlyMap<string, readonly Event[]>;
}

/** Transitions between two looks at the limits. */
const PULSE = 4096;

/**
 * Explores the reachable states breadth first. Whole states are compared, traces are shortest, and the same
 * input finds the same things in the same order. The search ends with the first violation of safety; other
 * properties may break on the way and are reported too.
 */
export async function search(input: SearchInput): Promise<SearchResult> {
  const { world, engine, limits, onProgress } = input;
  const { events } = world.layout;
  const codec = new Codec(world.layout);
  const visited = new Visited(events);
  const monitor = new Monitor(world, visited, input.always, input.sometimes);
  let transitions = 0;
  let depth = 0;
  let stoppedBy: StopReason | null = null;

  /** Carries out every event in a state; false when the search is to end. */
  const expand = async (state: number): Promise<boolean> => {
    const before = codec.read(visited.keyOf(state));
    for (let e = 0; e < events.length; e++) {
      const event = events[e] as Event;
      const { exit, machine: after } = engine.step(world, before, event);
      if (exit.outcome === '#GP') continue;
      transitions++;
      monitor.step({ before, event, exit, after }, state);
      if (visited.add(codec.write(after), { state, event: e })) monitor.state(after, visited.size - 1);
      if (monitor.broken(SAFETY)) return false;
      if (visited.size >= limits.maxStates) stoppedBy = 'states';
      if (transitions % PULSE === 0) {
        onProgress?.({ states: visited.size, transitions, depth, frontier: visited.size - state });
        stoppedBy ??= await limits.reached();
      }
      if (stoppedBy !== null) return false;
    }
    return true;
  };

  const first = initialMachine(world);
  visited.add(codec.write(first), null);
  monitor.state(first, 0);
  let state = 0;
  let levelEnd = 1;
  while (state < visited.size && !monitor.broken(SAFETY)) {
    if (!(await expand(state))) break;
    state++;
    if (state === levelEnd && state < visited.size) {
      levelEnd = visited.size;
      depth++;
    }
  }
  const complete = state === visited.size;
  if (visited.size > levelEnd) depth++;
  const { violations, witnesses } = monitor;
  return { states: visited.size, transitions, depth, complete, stoppedBy, violations, witnesses };
}
