import { setMaxListeners } from 'node:events';
import { Tinypool } from 'tinypool';
import type { CheckJob } from '../check/job.ts';
import type { CheckResult } from '../check/result.ts';

/**
 * Carries out searches side by side, each in a worker thread, and tells of each that is done. Those that
 * `signal` cuts off come back as null.
 */
export async function runJobs(
  jobs: readonly CheckJob[],
  workers: number,
  signal: AbortSignal,
  onDone: (job: number, result: CheckResult) => void,
): Promise<(CheckResult | null)[]> {
  const pool = new Tinypool({
    filename: new URL('./worker.js', import.meta.url).href,
    runtime: 'worker_threads',
    minThreads: workers,
    maxThreads: workers,
  });
  setMaxListeners(jobs.length, signal);
  try {
    return await Promise.all(
      jobs.map(async (job, i) => {
        try {
          const result: CheckResult = await pool.run(job, { signal });
          onDone(i, result);
          return result;
        } catch (error) {
          if (signal.aborted) return null;
          throw error;
        }
      }),
    );
  } finally {
    await pool.destroy();
  }
}
