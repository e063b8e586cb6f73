import { setMaxListeners } from 'node:events';
import { Tinypool } from 'tinypool';
import { defaultLimits } from '../checker/limits.ts';
import type { CheckJob } from './job.ts';
import type { CheckResult } from './result.ts';
import type { PoolTask } from './worker.ts';

/** How a search in a pool is carried out. */
export interface PoolOptions {
  /** Counts states that differ by a renaming as one. */
  readonly symmetry?: boolean;
  readonly maxStates?: number;
  /** Bytes of all searches together; as many as are free by default. */
  readonly maxMemory?: number;
}

/** Carries out a search in a thread of a pool, when one is free; null if it was cut off. */
export type RunInPool = (job: CheckJob, options?: PoolOptions) => Promise<CheckResult | null>;

/**
 * Gives `use` a pool of threads that carry out searches side by side, each in one thread, in the order in
 * which they are asked for; they share the memory that is free. When `signal` aborts, all that are not done are cut off.
 */
export async function withPool<T>(
  workers: number,
  signal: AbortSignal,
  use: (run: RunInPool) => Promise<T>,
): Promise<T> {
  const pool = new Tinypool({
    filename: new URL('./worker.js', import.meta.url).href,
    runtime: 'worker_threads',
    minThreads: workers,
    maxThreads: workers,
  });
  const limits = defaultLimits();
  // One a search, and any number may wait.
  setMaxListeners(0, signal);
  try {
    return await use(async (job, { symmetry = false, maxStates, maxMemory } = {}) => {
      try {
        const task: PoolTask = {
          job,
          symmetry,
          maxStates: maxStates ?? limits.maxStates,
          maxMemory: (maxMemory ?? limits.maxMemory) / workers,
        };
        return (await pool.run(task, { signal })) as CheckResult;
      } catch (error) {
        if (signal.aborted) return null;
        throw error;
      }
    });
  } finally {
    await pool.destroy();
  }
}
