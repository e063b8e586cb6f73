import { defaultLimits, makeLimits } from '../checker/limits.ts';
import { type CheckJob, runJob } from './job.ts';
import type { CheckResult } from './result.ts';

/** A thread of a pool: carries out one search after the other. */
export default function work(job: CheckJob): Promise<CheckResult> {
  return runJob(job, { limits: makeLimits(defaultLimits(), new AbortController().signal) });
}
