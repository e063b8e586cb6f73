import type { Exploration } from './exploration.ts';
import { bitsOf } from './findings.ts';
import type { Limits, StopReason } from './limits.ts';
import type { Progress, SearchResult } from './result.ts';

/** Transitions between two looks at the limits. */
const PULSE = 50_000;

/** What may end a run in this thread. */
export interface RunOptions {
  readonly limits: Limits;
  /** States with which the run ends, so that workers can go on; not when half the memory is in use by then. */
  readonly handOver: number;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
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
  let { bytes } = exploration;
  while (exploration.outcome === 'open') {
    exploration.run(PULSE);
    bytes = Math.max(bytes, exploration.bytes);
    if (exploration.outcome !== 'open') break;
    const { states, transitions, depth, frontier, event } = exploration;
    if (states >= options.handOver && event === 0 && bytes * 2 < limits.maxMemory) break;
    onProgress?.({ states, transitions, depth, frontier });
    const stoppedBy = await limits.reached();
    if (stoppedBy !== null) return { stoppedBy, bytes };
    if (bytes > limits.maxMemory) return { stoppedBy: 'memory', bytes };
  }
  const { outcome } = exploration;
  return { stoppedBy: outcome === 'states' || outcome === 'memory' ? outcome : null, bytes };
}

/** The result of an exploration that is not to go on. */
export function resultOf(exploration: Exploration, ran: Ran, unwritten: string | null): SearchResult {
  const { states, transitions, depth, findings, fired, model, symmetry } = exploration;
  return {
    states,
    transitions,
    depth,
    complete: exploration.outcome === 'complete',
    stoppedBy: ran.stoppedBy,
    found: findings.found,
    untraced: bitsOf(findings.untraced),
    fired: [...fired],
    noted: [...model.noted],
    bytes: ran.bytes,
    symmetry: symmetry !== null,
    unwritten,
  };
}
