import type { Event } from '../../spec/events/event.ts';
import { initialMachine } from '../../spec/layouts/initial.ts';
import type { Always, Sometimes, Step } from '../../spec/properties/property.ts';
import { SAFETY } from '../../spec/properties/vtlb-within-guest-tlb.ts';
import type { Machine, World } from '../../spec/state/machine.ts';
import type { Engine } from '../engine/engine.ts';
import { KeyWriter } from './key.ts';
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
  /** Events carried out without a fault, one for each expanded state and event, whether or not they led to a new state. */
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
 * Explores the reachable states breadth first. Whole states are compared, traces are shortest, and the same input finds the same things in
 * the same order. The search ends with the first violation of safety; other properties may break on the way and are reported too.
 */
export async function search(input: SearchInput): Promise<SearchResult> {
  const { world, engine, limits } = input;
  const { events } = world.layout;
  const keys = new KeyWriter(world.layout);
  const visited = new Visited(events);
  const monitor = new Monitor(world, visited, input.always, input.sometimes);
  let transitions = 0;
  let depth = 0;
  let stoppedBy: StopReason | null = null;

  const first = initialMachine(world);
  visited.add(keys.keyOf(first), null);
  monitor.state(first, 0);
  let level: Found[] = [{ state: 0, machine: first }];
  let complete = false;

  search: while (!complete && !monitor.broken(SAFETY)) {
    const nextLevel: Found[] = [];
    for (const [position, { state, machine: before }] of level.entries()) {
      for (let e = 0; e < events.length; e++) {
        const event = events[e] as Event;
        const { exit, machine: after } = engine.step(world, before, event);
        if (exit.outcome === '#GP') continue;
        transitions++;
        const step: Step = { before, event, exit, after };
        monitor.step(step, state);
        const found = visited.add(keys.keyOf(after), { state, event: e });
        if (found !== null) {
          depth = visited.depthOf(found);
          monitor.state(after, found);
          nextLevel.push({ state: found, machine: after });
          if (monitor.broken(SAFETY)) break search;
          if (visited.size >= limits.maxStates) stoppedBy = 'states';
        }
        if (transitions % PULSE === 0) {
          const frontier = level.length - position + nextLevel.length;
          input.onProgress?.({ states: visited.size, transitions, depth, frontier });
          stoppedBy ??= await limits.reached();
        }
        if (stoppedBy !== null) break search;
      }
    }
    complete = nextLevel.length === 0;
    level = nextLevel;
  }
  const { violations, witnesses } = monitor;
  return { states: visited.size, transitions, depth, complete, stoppedBy, violations, witnesses };
}

interface Found {
  readonly state: number;
  readonly machine: Machine;
}
