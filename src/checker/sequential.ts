import type { Exploration } from './exploration.ts';
import { bitsOf } from './goals.ts';
import type { Limits, StopReason } from './limits.ts';
import { type Model, SEARCH_BITS } from './model.ts';
import { Pulse } from './pulse.ts';
import type { Progress, SearchResult } from './result.ts';
import { keysOf } from './snapshot.ts';
import type { Visited } from './visited.ts';

/** What may end a run in this thread. */
export interface RunOptions {
  readonly limits: Limits;
  /** States with which the run ends, so that workers can go on; not when half the memory is in use by then. */
  readonly handOver: number;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Called, and waited for, a few times a second or more. */
  readonly onTurn?: () => Promise<void>;
}

/** What a run in this thread came to; neither ended nor stopped: it is to go on in workers. */
export interface Ran {
  readonly stoppedBy: StopReason | null;
  /** The most bytes that the exploration took. */
  readonly bytes: number;
}

/** Explores until there is an end, a limit is reached, or there are `handOver` states. */
export async function run(exploration: Exploration, options: RunOptions): Promise<Ran> {
  const { limits, onProgress } = options;
  const pulse = new Pulse();
  let { bytes } = exploration;
  while (exploration.outcome === 'open') {
    pulse.begin();
    exploration.run(pulse.size);
    pulse.end();
    bytes = Math.max(bytes, exploration.bytes);
    if (exploration.outcome !== 'open') break;
    const { states, transitions, depth, frontier, event } = exploration;
    if (states >= options.handOver && event === 0 && bytes * 2 < limits.maxMemory) break;
    onProgress?.({ states, transitions, depth, frontier });
    const stoppedBy = await limits.reached();
    if (stoppedBy !== null) return { stoppedBy, bytes };
    await options.onTurn?.();
  }
  const { outcome } = exploration;
  return { stoppedBy: outcome === 'states' || outcome === 'memory' ? outcome : null, bytes };
}

/** The result of an exploration that is not to go on. */
export function resultOf(exploration: Exploration, ran: Ran, unwritten: string | null): SearchResult {
  const { states, transitions, depth, goals, fired, model, symmetry } = exploration;
  return {
    states,
    transitions,
    depth,
    facts: factsIn(exploration.visited, model),
    expansions: exploration.expansions,
    complete: exploration.outcome === 'complete',
    stoppedBy: ran.stoppedBy,
    found: goals.found,
    untraced: bitsOf(goals.untraced),
    fired: [...fired],
    noted: [...model.noted],
    bytes: ran.bytes,
    symmetry: symmetry !== null,
    unwritten,
  };
}

/** How many facts a table holds beside all states; null for a model without. */
export function factsIn(visited: Visited, { facts, count }: Model): number | null {
  if (facts === 0 || count === undefined) return null;
  const { width } = visited;
  let sum = 0;
  for (const rows of keysOf(visited)) {
    for (let at = 0; at < rows.length; at += width) {
      (rows[at + width - 1] as number) &= ~SEARCH_BITS;
      sum += count(rows, at);
    }
  }
  return sum;
}
