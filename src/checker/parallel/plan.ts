import type { ModelSource } from '../model.ts';
import type { SharedMemory } from './board.ts';

/** What a worker thread is to do. */
export interface Plan {
  readonly source: ModelSource;
  readonly symmetric: boolean;
  readonly part: number;
  readonly parts: number;
  /** Bytes that the table and the frontier may take together. */
  readonly maxBytes: number;
  /** Goals still looked for, as a mask. */
  readonly wanted: number;
  readonly memory: SharedMemory;
}

/** Why parts end, which they do together. */
export type PartsOutcome = 'complete' | 'ended' | 'memory' | 'stopped';

/** What a part says when it has ended. */
export interface PartDone {
  readonly outcome: PartsOutcome;
}
