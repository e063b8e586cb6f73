import { type CheckJob, runJob } from '../check/job.ts';
import type { CheckResult } from '../check/result.ts';
import { defaultLimits, makeLimits } from '../checker/limits.ts';

/** A worker of the review: carries out one search. */
export default function work(job: CheckJob): Promise<CheckResult> {
  return runJob(job, { limits: makeLimits(defaultLimits(), new AbortController().signal) });
}
