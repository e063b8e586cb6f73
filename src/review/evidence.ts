import { match, P } from 'ts-pattern';
import type { Evidence, Scope, Subject } from '../../spec/claims/claim.ts';
import { defineKernel } from '../../spec/kernels/define.ts';
import type { SearchJob } from '../search/job.ts';
import type { SearchResult } from '../search/search.ts';
import { formatEvent } from '../trace/print.ts';
import { replayScenario } from './scenario.ts';

/** How a piece of evidence decided. */
export type Verdict = 'exhaustive' | 'witness' | 'counterexample' | 'not run';

/** A piece of evidence after its run. */
export interface Decided {
  /** Whether it came out as the claim states; null if it was not run to its end. */
  readonly holds: boolean | null;
  readonly verdict: Verdict;
  /** What was run and what came out, in a line. */
  readonly text: string;
  /** Distinct states that it rests on. */
  readonly states: number;
  /** Equal for evidence that rests on the same states. */
  readonly source: string;
  readonly trace: readonly string[] | null;
}

/** The search that a scope asks for. */
export function jobOf(scope: Scope): SearchJob {
  return {
    kernel: defineKernel({ base: scope.kernel, ...scope.set }),
    contract: scope.contract,
    layout: scope.layout,
    bounds: scope.bounds,
    engine: 'in-place',
    flushesOrdered: scope.flushesOrdered ?? false,
  };
}

/** Names a search: evidence with the same name shares one run. */
export function sourceOf(scope: Scope): string {
  const bounds = Object.entries(scope.bounds).map(([name, value]) => `${name}=${value}`);
  const layout = [scope.layout, ...bounds].join(' ');
  return `${formatSubject(scope)}, contract ${scope.contract}, layout ${layout}${scope.flushesOrdered ? ', flushes compared' : ''}`;
}

function formatSubject({ kernel, set = {} }: Subject): string {
  return [kernel, ...Object.entries(set).map(([decision, value]) => `${decision}=${value}`)].join(' ');
}

/** Decides a piece of evidence; `results` has the searches, by source. */
export function decide(evidence: Evidence, results: ReadonlyMap<string, SearchResult>): Decided {
  return match(evidence)
    .with({ run: 'replay' }, decideReplay)
    .with({ run: 'search' }, (search) => decideSearch(search, results.get(sourceOf(search.scope))))
    .exhaustive();
}

function decideReplay({ scenario, subject, verdict }: Extract<Evidence, { run: 'replay' }>): Decided {
  const { replay, events } = replayScenario(scenario, subject);
  const source = `replay of ${scenario}, ${formatSubject(subject)}`;
  return {
    holds: replay.verdict === verdict,
    verdict: replay.verdict === 'stale' ? 'counterexample' : 'witness',
    text: `${source}: ${replay.verdict} after ${events.length} events`,
    states: replay.steps.length + 1,
    source,
    trace: events.map(formatEvent),
  };
}

function decideSearch(
  { scope, finding }: Extract<Evidence, { run: 'search' }>,
  result: SearchResult | undefined,
): Decided {
  const source = sourceOf(scope);
  if (result === undefined) return notRun(source, 0, 'not run');
  const counts = `${result.states} states, ${result.transitions} transitions, depth ${result.depth}`;
  const conclude = (holds: boolean, verdict: Verdict, said: string, trace: Decided['trace']): Decided => ({
    holds,
    verdict,
    text: `${source}: ${said} (${counts})`,
    states: result.states,
    source,
    trace,
  });
  const violationOf = (property: string) =>
    result.violations.find((violation) => violation.property === property);
  const unfinished = () =>
    notRun(source, result.states, `stopped by ${result.stoppedBy ?? 'a violation'} (${counts})`);

  return match(finding)
    .with({ always: P.select() }, (property) => {
      const violation = violationOf(property);
      if (violation !== undefined)
        return conclude(false, 'counterexample', `${property} is broken`, violation.trace.map(formatEvent));
      return result.complete ? conclude(true, 'exhaustive', `${property} holds`, null) : unfinished();
    })
    .with({ broken: P.select() }, (property) => {
      const violation = violationOf(property);
      if (violation !== undefined)
        return conclude(
          true,
          'counterexample',
          `${property} is broken after ${violation.trace.length} events`,
          violation.trace.map(formatEvent),
        );
      return result.complete ? conclude(false, 'exhaustive', `${property} holds`, null) : unfinished();
    })
    .with({ reaches: P.select() }, (name) => {
      const trace = result.witnesses.get(name);
      if (trace !== undefined) return conclude(true, 'witness', `reaches ${name}`, trace.map(formatEvent));
      return result.complete ? conclude(false, 'exhaustive', `never reaches ${name}`, null) : unfinished();
    })
    .with({ neverReaches: P.select() }, (name) => {
      const trace = result.witnesses.get(name);
      if (trace !== undefined) return conclude(false, 'witness', `reaches ${name}`, trace.map(formatEvent));
      return result.complete ? conclude(true, 'exhaustive', `never reaches ${name}`, null) : unfinished();
    })
    .exhaustive();
}

function notRun(source: string, states: number, said: string): Decided {
  return { holds: null, verdict: 'not run', text: `${source}: ${said}`, states, source, trace: null };
}
