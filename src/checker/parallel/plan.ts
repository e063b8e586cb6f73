import type { ModelSource } from '../model.ts';
import type { Checkpoint } from '../read-checkpoint.ts';
import type { SharedMemory } from './board.ts';

/** Rows of a search that one thread began, in shared memory. */
export interface HandedOver {
  readonly keys: SharedArrayBuffer;
  readonly current: SharedArrayBuffer;
  readonly next: SharedArrayBuffer;
}

/** What the threads of a search begin with. Every one gets all and takes its own. */
export interface Beginning {
  readonly rows: HandedOver | Checkpoint;
  /** States in `rows`. */
  readonly states: number;
  readonly transitions: number;
  readonly level: number;
  /** The event to go on with in the first state that is not expanded. */
  readonly event: number;
  /** Findings still looked for, as a mask. */
  readonly wanted: number;
  readonly fired: readonly number[];
  readonly noted: readonly number[];
}

/** What a worker thread is to do. */
export interface Plan {
  readonly source: ModelSource;
  readonly symmetric: boolean;
  readonly part: number;
  readonly parts: number;
  /** Bytes of this part's own arrays. */
  readonly maxBytes: number;
  readonly memory: SharedMemory;
  readonly beginning: Beginning;
}

/** Why parts end, which they do together. */
export type PartsOutcome = 'complete' | 'ended' | 'memory' | 'stopped';

/** What a part says when it has ended. */
export interface PartDone {
  readonly outcome: PartsOutcome;
  /** The event to go on with in its first state. */
  readonly event: number;
  readonly fired: readonly number[];
  readonly noted: readonly number[];
}

/** The rows that a part can be asked for when it has ended. */
export type PartSection = 'keys' | 'current' | 'next';

/** The answer: some rows more, or null when there are none. */
export type PartRows = Int32Array<ArrayBuffer> | null;
