import { LAYOUTS } from '../../spec/layouts/named.ts';
import { ALWAYS } from '../../spec/properties/always.ts';
import { SAFETY } from '../../spec/properties/vtlb-within-guest-tlb.ts';
import type { World } from '../../spec/world/world.ts';
import { type Changes, exercises, unexercisedByAll } from '../check/changes.ts';
import type { CheckResult, Violation } from '../check/result.ts';
import { formatScope, type Scope } from '../check/scopes.ts';
import type { ScopeSearch } from '../check/search-scopes.ts';
import { type Verdict, verdictOnAll, verdictOnScope } from '../check/verdict.ts';
import type { StopReason } from '../checker/limits.ts';
import { formatNever } from './changes.ts';
import { formatKernelName, formatViolation, type KernelHeading, STOPPED_BY, violatedLine } from './check.ts';
import { formatCounts, formatExplored } from './counts.ts';
import { glue } from './wrap.ts';

/** A changed kernel and its searches. */
export interface ScopesReport {
  readonly changes: Changes;
  readonly searches: readonly ScopeSearch[];
  /** Why searches were cut off; null if none was. */
  readonly cutBy: StopReason | null;
}

/**
 * A breach to show for all: of a search that came to what is changed before any other, then of safety, then the shortest,
 * then on the plainest layout.
 */
export interface Shown {
  readonly scope: Scope;
  readonly result: CheckResult;
  readonly violation: Violation;
}

/** The first breach of each search in the order in which they are worth showing. */
export function breachesOf(searches: readonly ScopeSearch[], changes: Changes): Shown[] {
  const plainness = ({ layout }: Scope) => Object.keys(LAYOUTS).indexOf(layout);
  const rank = ({ scope, result, violation }: Shown) => [
    exercises(result.coverage, changes) ? 0 : 1,
    violation.property === SAFETY ? 0 : 1,
    violation.trace.length,
    plainness(scope),
  ];
  return searches
    .flatMap(({ scope, result }) => {
      const violation = result?.violations[0];
      return result === null || violation === undefined ? [] : [{ scope, result, violation }];
    })
    .sort((a, b) => {
      const [ranks, others] = [rank(a), rank(b)];
      return ranks.map((each, i) => each - (others[i] as number)).find((each) => each !== 0) ?? 0;
    });
}

/** The outcome of searches of every small layout, for people; `worldOf` gives the world of one. */
export function formatScopes(
  heading: KernelHeading,
  report: ScopesReport,
  shown: Shown | undefined,
  worldOf: (scope: Scope) => World,
  width: number,
): string {
  return [
    `kernel ${formatKernelName(heading)}, contract ${heading.contract}, every small layout`,
    ...formatVerdict(report, shown),
    ...(shown === undefined ? [] : [...formatViolation(worldOf(shown.scope), shown.violation, width), '']),
    ...formatSearches(report),
  ].join('\n');
}

/** A line a search, those last that came to nothing that is changed. */
function formatSearches({ changes, searches }: ScopesReport): string[] {
  const isAside = (search: ScopeSearch) => verdictOnScope(search, changes) === 'not exercised';
  const aside = searches.filter(isAside).map(({ scope }) => formatScope(scope));
  return [
    ...searches
      .filter((search) => !isAside(search))
      .map((search) => listed(WORDS[verdictOnScope(search, changes)], formatSearch(search, changes))),
    ...(aside.length === 0
      ? []
      : [listed('never', `on ${aside.map(glue).join('; ')}: explored whole as the kernel without it`)]),
  ];
}

function formatVerdict({ changes, searches, cutBy }: ScopesReport, shown: Shown | undefined): string[] {
  const never = unexercisedByAll(
    searches.flatMap(({ result }) => (result === null ? [] : [result.coverage])),
    changes,
  );
  switch (verdictOnAll(searches, changes)) {
    case 'violated':
      return shown === undefined
        ? []
        : [
            violatedLine([shown.violation]),
            `found at depth ${shown.violation.trace.length} on ${formatScope(shown.scope)}, in ${formatExplored(shown.result, shown.result.symmetry)}`,
          ];
    case 'stopped': {
      const stopped = searches.find(({ result }) => result !== null && result.stoppedBy !== null);
      return [
        `STOPPED by ${STOPPED_BY[cutBy ?? stopped?.result?.stoppedBy ?? 'interrupt']}; no violation so far`,
      ];
    }
    case 'not exercised':
      return [`NOT EXERCISED  ${formatNever(never)}, on any of the small layouts`];
    case 'holds':
      return [`HOLDS  all ${ALWAYS.length} properties, on each layout where what is changed is exercised`];
  }
}

const WORDS: Readonly<Record<Verdict, string>> = {
  holds: 'holds',
  violated: 'VIOLATED',
  stopped: 'STOPPED',
  'not exercised': 'never',
};

function formatSearch({ scope, result }: ScopeSearch, changes: Changes): string {
  const counts = result === null ? 'cut off' : formatCounts(result, result.symmetry);
  const [broken] = result?.violations ?? [];
  const breach = broken === undefined ? '' : `; ${broken.property}, ${broken.trace.length} events`;
  const isOwn = result === null || broken === undefined || exercises(result.coverage, changes);
  return `${formatScope(scope)}: ${counts}${breach}${isOwn ? '' : ', before anything that is changed'}`;
}

function listed(word: string, text: string): string {
  return `    ${word.padEnd(8)}  ${text}`;
}
