import { setImmediate } from 'node:timers/promises';

/** Why a search ended early. */
export type StopReason = 'states' | 'memory' | 'time' | 'interrupt';

/** What a search may use. */
export interface Limits {
  /** Distinct states. */
  readonly maxStates: number;
  /** Bytes of the search's own arrays: states, those to be expanded, and how each was reached. */
  readonly maxMemory: number;
  /** Asks the outside world whether to go on; lets it have its turn first. */
  readonly reached: () => Promise<StopReason | null>;
}

/** What a user may limit. */
export interface LimitOptions {
  readonly maxStates: number;
  /** Bytes of the search's own arrays. */
  readonly maxMemory: number;
  /** Seconds of wall time. */
  readonly maxSeconds: number;
}

/** The share of the free memory that a search may fill. */
const USABLE = 0.8;

/** The limits of somebody who sets none: states and time without end, memory as far as it is free now. */
export function defaultLimits(): LimitOptions {
  return {
    maxStates: Number.POSITIVE_INFINITY,
    maxMemory: Math.floor(process.availableMemory() * USABLE),
    maxSeconds: Number.POSITIVE_INFINITY,
  };
}

/** Limits that also end when `signal` does. The clock starts now. */
export function makeLimits(options: LimitOptions, signal: AbortSignal): Limits {
  const deadline = performance.now() + options.maxSeconds * 1000;
  return {
    maxStates: options.maxStates,
    maxMemory: options.maxMemory,
    reached: async () => {
      await setImmediate();
      if (signal.aborted) return 'interrupt';
      return performance.now() > deadline ? 'time' : null;
    },
  };
}
