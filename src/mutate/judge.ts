import { SAFETY } from '../../spec/properties/vtlb-within-guest-tlb.ts';
import { exercises } from '../check/changes.ts';
import type { RunInPool } from '../check/pool.ts';
import type { CheckResult, Violation } from '../check/result.ts';
import type { Scope } from '../check/scopes.ts';
import type { Mutant } from './mutants.ts';

/** How much a search explored. */
export type Counts = Pick<CheckResult, 'states' | 'facts' | 'transitions' | 'depth'>;

/** A layout that was explored whole. */
export interface Explored extends Counts {
  readonly scope: Scope;
  /**
   * Whether the kernel ever consults the decision there. Where it does not, the mutant's search is the kernel's
   * own, step by step, so it was not carried out again and the counts are the kernel's.
   */
  readonly consulted: boolean;
}

/** A property that a mutant breaks, and how far the search had come that found it. */
export interface Breach extends Violation, Counts {
  readonly scope: Scope;
}

/** A mutant after its searches. */
export interface Judged {
  readonly mutant: Mutant;
  /** Whether a property breaks without the kernel's own value; null if nothing was left to search, or no time. */
  readonly needed: boolean | null;
  /** Safety, on the first layout where it breaks; else the other property that breaks by the shortest trace. */
  readonly breach: Breach | null;
  /** What was explored whole without a breach of safety. */
  readonly explored: readonly Explored[];
}

/** A layout on which the kernel itself holds, and its own search there. */
export interface BaseSearch {
  readonly scope: Scope;
  readonly result: CheckResult;
}

/**
 * Searches a mutant on each layout in turn until it breaks safety. A breach of another property does not end
 * this: whether safety breaks too is what most readers ask.
 */
export async function judge(
  mutant: Mutant,
  searches: readonly BaseSearch[],
  search: (scope: Scope) => ReturnType<RunInPool>,
): Promise<Judged> {
  const explored: Explored[] = [];
  let breach: Breach | null = null;
  for (const { scope, result: base } of searches) {
    if (!exercises(base.coverage, { decisions: [mutant.decision], functions: [], reducers: [] })) {
      explored.push({ scope, consulted: false, ...countsOf(base) });
      continue;
    }
    const result = await search(scope);
    if (result === null) return { mutant, needed: null, breach, explored };
    const [found] = result.violations;
    if (found?.property === SAFETY)
      return { mutant, needed: true, breach: { scope, ...found, ...countsOf(result) }, explored };
    if (!result.complete) return { mutant, needed: null, breach, explored };
    explored.push({ scope, consulted: true, ...countsOf(result) });
    if (found !== undefined && (breach === null || found.trace.length < breach.trace.length))
      breach = { scope, ...found, ...countsOf(result) };
  }
  return { mutant, needed: searches.length === 0 ? null : breach !== null, breach, explored };
}

function countsOf({ states, facts, transitions, depth }: Counts): Counts {
  return { states, facts, transitions, depth };
}
