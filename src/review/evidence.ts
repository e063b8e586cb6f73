import { match, P } from 'ts-pattern';
import type { Evidence, Goal, Scope, Subject } from '../../spec/claims/claim.ts';
import { CONTRACTS } from '../../spec/contracts/named.ts';
import { defineKernel } from '../../spec/define/kernel.ts';
import type { Event } from '../../spec/events/event.ts';
import { LAYOUTS } from '../../spec/layouts/named.ts';
import type { CheckJob } from '../check/job.ts';
import type { CheckResult } from '../check/result.ts';
import { formatCounts } from '../report/counts.ts';
import { formatEvent } from '../trace/print.ts';
import { replayScenario } from './scenario.ts';

/** How a piece of evidence decided. */
export type Verdict = 'exhaustive' | 'witness' | 'counterexample' | 'not run';

/** A piece of evidence after its run. */
export interface Decided {
  readonly run: Evidence['run'];
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
export function jobOf(scope: Scope): CheckJob {
  return {
    kernel: defineKernel({ base: scope.kernel, ...scope.set }),
    contract: CONTRACTS[scope.contract],
    layout: LAYOUTS[scope.layout],
    bounds: scope.bounds,
    tlbs: 'apart',
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
export function decide(evidence: Evidence, results: ReadonlyMap<string, CheckResult>): Decided {
  return match(evidence)
    .with({ run: 'replay' }, decideReplay)
    .with({ run: 'search' }, (search) => decideSearch(search, results.get(sourceOf(search.scope))))
    .exhaustive();
}

function decideReplay({ scenario, subject, verdict }: Extract<Evidence, { run: 'replay' }>): Decided {
  const { replay, events } = replayScenario(scenario, subject);
  const source = `replay of ${scenario}, ${formatSubject(subject)}`;
  return {
    run: 'replay',
    holds: replay.verdict === verdict,
    verdict: replay.verdict === 'stale' ? 'counterexample' : 'witness',
    text: `${source}: ${replay.verdict} after ${events.length} events`,
    states: replay.steps.length + 1,
    source,
    trace: events.map(formatEvent),
  };
}

function decideSearch(
  { scope, goal }: Extract<Evidence, { run: 'search' }>,
  result: CheckResult | undefined,
): Decided {
  const source = sourceOf(scope);
  if (result === undefined) return notRun(source, 0, 'not run');
  const { states, complete, stoppedBy } = result;
  const counts = `(${formatCounts(result)})`;
  const { trace, wanted, verdict, present, absent } = lookFor(goal, result);
  if (trace !== undefined) {
    const text = `${source}: ${present} after ${trace.length} events ${counts}`;
    return { run: 'search', holds: wanted, verdict, text, states, source, trace: trace.map(formatEvent) };
  }
  if (!complete) return notRun(source, states, `stopped by ${stoppedBy ?? 'a violation'} ${counts}`);
  return {
    run: 'search',
    holds: !wanted,
    verdict: 'exhaustive',
    text: `${source}: ${absent} ${counts}`,
    states,
    source,
    trace: null,
  };
}

/** What a search found of what a goal is about. */
interface Sought {
  readonly trace: readonly Event[] | undefined;
  /** Whether the claim wants it to be found. */
  readonly wanted: boolean;
  /** What it is if it is found. */
  readonly verdict: Verdict;
  readonly present: string;
  readonly absent: string;
}

function lookFor(goal: Goal, { violations, witnesses }: CheckResult): Sought {
  const violation = (property: string, wanted: boolean): Sought => ({
    trace: violations.find((each) => each.property === property)?.trace,
    wanted,
    verdict: 'counterexample',
    present: `${property} is broken`,
    absent: `${property} holds`,
  });
  const witness = (name: string, wanted: boolean): Sought => ({
    trace: witnesses.get(name),
    wanted,
    verdict: 'witness',
    present: `reaches ${name}`,
    absent: `never reaches ${name}`,
  });
  return match(goal)
    .with({ always: P.select() }, (property) => violation(property, false))
    .with({ broken: P.select() }, (property) => violation(property, true))
    .with({ reaches: P.select() }, (name) => witness(name, true))
    .with({ neverReaches: P.select() }, (name) => witness(name, false))
    .exhaustive();
}

function notRun(source: string, states: number, said: string): Decided {
  return {
    run: 'search',
    holds: null,
    verdict: 'not run',
    text: `${source}: ${said}`,
    states,
    source,
    trace: null,
  };
}
