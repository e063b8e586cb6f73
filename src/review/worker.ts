import { runJob, type SearchJob } from '../search/job.ts';
import { defaultLimits, makeLimits } from '../search/limits.ts';
import type { SearchResult } from '../search/search.ts';

/** A worker of the review: carries out one search. */
export default function work(job: SearchJob): Promise<SearchResult> {
  return runJob(job, makeLimits(defaultLimits(), new AbortController().signal));
}
