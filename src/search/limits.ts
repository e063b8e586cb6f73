import { setImmediate } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';

/** Why a search ended early. */
export type StopReason = 'states' | 'memory' | 'time' | 'interrupt';

/** What a search may use. */
export interface Limits {
  /** Distinct states. */
  readonly maxStates: number;
  /** Asks the outside world whether to go on. */
  readonly reached: () => Promise<StopReason | null>;
}

/** What a user may limit. */
export interface LimitOptions {
  readonly maxStates: number;
  /** Bytes of heap. */
  readonly maxMemory: number;
  /** Seconds of wall time. */
  readonly maxSeconds: number;
}

/** The share of the heap that a search may fill: what is left lets it end in order. */
const USABLE_HEAP = 0.8;

/** The limits of somebody who sets none: states and time without end, memory as far as the heap goes. */
export function defaultLimits(): LimitOptions {
  return {
    maxStates: Number.POSITIVE_INFINITY,
    maxMemory: getHeapStatistics().heap_size_limit * USABLE_HEAP,
    maxSeconds: Number.POSITIVE_INFINITY,
  };
}

/** Limits that also end when `signal` does. The clock starts now. */
export function makeLimits(options: LimitOptions, signal: AbortSignal): Limits {
  const deadline = performance.now() + options.maxSeconds * 1000;
  return {
    maxStates: options.maxStates,
    reached: async () => {
      await setImmediate();
      if (signal.aborted) return 'interrupt';
      if (performance.now() > deadline) return 'time';
      return process.memoryUsage().heapUsed > options.maxMemory ? 'memory' : null;
    },
  };
}
