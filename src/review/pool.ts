import { setMaxListeners } from 'node:events';
import { Tinypool } from 'tinypool';
import type { SearchJob } from '../search/job.ts';
import type { SearchResult } from '../search/search.ts';

/**
 * Carries out searches side by side, each in a worker thread, and tells of each that is done. Those that
 * `signal` cuts off come back as null.
 */
export async function runJobs(
  jobs: readonly SearchJob[],
  workers: number,
  signal: AbortSignal,
  onDone: (job: number, result: SearchResult) => void,
): Promise<(SearchResult | null)[]> {
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
          const result: SearchResult = await pool.run(job, { signal });
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
