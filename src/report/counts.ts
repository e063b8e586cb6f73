import type { CheckResult } from '../check/result.ts';

/** What a search explored, in numbers. */
type Counts = Pick<CheckResult, 'states' | 'facts' | 'transitions' | 'depth'>;

/** How many states there were: `5 states`, or `5 bookkeeping states and 9 TLB facts` where TLBs are apart. */
export function formatStates({ states, facts }: Pick<Counts, 'states' | 'facts'>): string {
  return facts === null ? `${states} states` : `${states} bookkeeping states and ${facts} TLB facts`;
}

/** All counts; with `symmetry`, states that differ by a renaming counted once. */
export function formatCounts(counts: Counts, symmetry = false): string {
  const { transitions, depth } = counts;
  const renamed = symmetry ? ' up to renaming' : '';
  return `${formatStates(counts)}${renamed}, ${transitions} transitions, depth ${depth}`;
}
