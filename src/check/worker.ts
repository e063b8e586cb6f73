import { defaultLimits, makeLimits } from '../checker/limits.ts';
import { type CheckJob, runJob } from './job.ts';
import type { CheckResult } from './result.ts';

/** What a thread of a pool is asked for: a search, and how far it may go. */
export interface PoolTask {
  readonly job: CheckJob;
  readonly symmetry: boolean;
  readonly maxStates: number;
  /** Bytes of the arrays of the search. */
  readonly maxMemory: number;
}

/** A thread of a pool: carries out one search after the other. */
export default function work({ job, symmetry, maxStates, maxMemory }: PoolTask): Promise<CheckResult> {
  const limits = makeLimits({ ...defaultLimits(), maxStates, maxMemory }, new AbortController().signal);
  return runJob(job, { limits, symmetry });
}
