import type { CheckResult } from '../check/result.ts';

/** What a search explored, in numbers. */
type Counts = Pick<CheckResult, 'states' | 'facts' | 'transitions' | 'depth'>;

/** How many states there were: `5 states`, or `5 bookkeeping states and 9 TLB facts` where TLBs are apart. */
export function formatStates({ states, facts }: Pick<Counts, 'states' | 'facts'>): string {
  return facts === null ? `${states} states` : `${states} bookkeeping states and ${facts} TLB facts`;
}

/** States and transitions; with `symmetry`, states that differ by a renaming counted once. */
export function formatExplored(counts: Omit<Counts, 'depth'>, symmetry = false): string {
  const renamed = symmetry ? ' up to renaming' : '';
  return `${formatStates(counts)}${renamed}, ${counts.transitions} transitions`;
}

/** All counts: the depth is that of everything explored. */
export function formatCounts(counts: Counts, symmetry = false): string {
  return `${formatExplored(counts, symmetry)}, depth ${counts.depth}`;
}
