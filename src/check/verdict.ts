import { type Changes, exercises, isChanged, unexercised, unexercisedByAll } from './changes.ts';
import type { CheckResult, SampleResult } from './result.ts';
import type { ScopeSearch } from './search-scopes.ts';

/**
 * What searches say of a kernel. `not exercised`: nothing broke, and something that is changed in it was never asked; or
 * states of Linux's own code were taken for one that are not.
 */
export type Verdict = 'holds' | 'violated' | 'stopped' | 'not exercised';

type Searched = Pick<CheckResult, 'violations' | 'complete' | 'secondImages'>;

/** The verdict of a search of the layout that its user named. */
export function verdictOn(result: CheckResult, changes: Changes): Verdict {
  return verdictOf([result], unexercised(result.coverage, changes));
}

/** The verdict of random walks: nothing can hold by them. */
export function verdictOnSample(
  { violations, stoppedBy, coverage }: SampleResult,
  changes: Changes,
): Exclude<Verdict, 'holds'> | 'sampled' {
  const verdict = verdictOf([{ violations, complete: stoppedBy === null }], unexercised(coverage, changes));
  return verdict === 'holds' ? 'sampled' : verdict;
}

/** What one of several searches says: of a changed kernel nothing, where it came to no change. */
export function verdictOnScope({ result }: ScopeSearch, changes: Changes): Verdict {
  if (result === null) return 'stopped';
  const verdict = verdictOf([result], { decisions: [], functions: [], reducers: [] });
  return verdict === 'holds' && !exercises(result.coverage, changes) ? 'not exercised' : verdict;
}

/** The verdict of all searches of a kernel together. */
export function verdictOnAll(searches: readonly ScopeSearch[], changes: Changes): Verdict {
  const results = searches.map(({ result }) => result);
  const done = results.filter((result) => result !== null);
  const never = unexercisedByAll(
    done.map(({ coverage }) => coverage),
    changes,
  );
  const verdict = verdictOf(done, never);
  return verdict !== 'violated' && done.length < results.length ? 'stopped' : verdict;
}

function verdictOf(results: readonly Searched[], never: Changes): Verdict {
  if (results.some(({ violations }) => violations.length > 0)) return 'violated';
  if (results.some(({ complete }) => !complete)) return 'stopped';
  const isMixed = results.some(({ secondImages }) => (secondImages?.apart ?? null) !== null);
  return isMixed || isChanged(never) ? 'not exercised' : 'holds';
}
