import { defaultLimits, makeLimits } from '../checker/limits.ts';
import { type CheckJob, runJob } from './job.ts';
import type { CheckResult } from './result.ts';

/** What a thread of a pool is asked for: a search, and the bytes that its arrays may take. */
export interface PoolTask {
  readonly job: CheckJob;
  readonly maxMemory: number;
}

/** A thread of a pool: carries out one search after the other. */
export default function work({ job, maxMemory }: PoolTask): Promise<CheckResult> {
  const limits = makeLimits({ ...defaultLimits(), maxMemory }, new AbortController().signal);
  return runJob(job, { limits });
}
