import type { Claim, Evidence, Scope } from '../../spec/claims/claim.ts';
import { withPool } from '../check/pool.ts';
import type { CheckResult } from '../check/result.ts';
import { type Decided, decide, jobOf, sourceOf, type Verdict } from './evidence.ts';

/** A claim after its evidence was run. */
export interface Reviewed {
  readonly claim: Claim;
  /** Whether every piece of evidence came out as stated. */
  readonly holds: boolean;
  /** `exhaustive` if any evidence is a whole search; else that of the evidence that shows most. */
  readonly verdict: Verdict;
  /** Distinct states that the evidence rests on, each search and replay counted once. */
  readonly states: number;
  /** What the verdict is about: beside a whole search, a trace that a search found and not a replay's. */
  readonly trace: readonly string[] | null;
  readonly evidence: readonly Decided[];
}

const PRECEDENCE: readonly Verdict[] = ['not run', 'exhaustive', 'counterexample', 'witness'];

/** Reviews claims: runs each search that they need once, side by side, and the replays. */
export async function review(
  claims: readonly Claim[],
  workers: number,
  signal: AbortSignal,
  onSearch: (done: number, of: number) => void,
): Promise<Reviewed[]> {
  const scopes = new Map<string, Scope>(
    claims
      .flatMap(({ evidence }) => evidence)
      .filter(isSearch)
      .map(({ scope }) => [sourceOf(scope), scope]),
  );
  // Searches that compare flushes take longest: begun last, they would keep one thread busy and leave others idle.
  const inOrder = [...scopes].sort(
    ([, a], [, b]) => Number(b.flushesOrdered ?? 0) - Number(a.flushesOrdered ?? 0),
  );
  const results = new Map<string, CheckResult>();
  await withPool(workers, signal, (run) =>
    Promise.all(
      inOrder.map(async ([source, scope]) => {
        const result = await run(jobOf(scope));
        if (result === null) return;
        results.set(source, result);
        onSearch(results.size, scopes.size);
      }),
    ),
  );
  return claims.map((claim) => conclude(claim, results));
}

function isSearch(evidence: Evidence): evidence is Extract<Evidence, { run: 'search' }> {
  return evidence.run === 'search';
}

function conclude(claim: Claim, results: ReadonlyMap<string, CheckResult>): Reviewed {
  const evidence = claim.evidence.map((each) => decide(each, results));
  const leading = [...evidence].sort((a, b) => PRECEDENCE.indexOf(a.verdict) - PRECEDENCE.indexOf(b.verdict));
  const verdict = leading[0]?.verdict ?? 'not run';
  const shown = leading.filter(({ run }) => run === 'search' || verdict !== 'exhaustive');
  const sources = new Map(evidence.map(({ source, states }) => [source, states]));
  return {
    claim,
    holds: evidence.every(({ holds }) => holds === true),
    verdict,
    states: [...sources.values()].reduce((sum, states) => sum + states, 0),
    trace: shown.find(({ trace }) => trace !== null)?.trace ?? null,
    evidence,
  };
}
