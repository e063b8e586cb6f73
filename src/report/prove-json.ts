import { obstaclesOf } from '../prove/prove.ts';
import { formatEvent } from '../trace/print.ts';
import { clausesOf, coveredBy, type ProofReport, verdictOf } from './prove.ts';

/** What was to be proved, as its user named it. */
export interface ProofHeading {
  readonly kernel: string;
  readonly set: Readonly<Record<string, string>>;
  readonly contract: string;
}

/**
 * The JSON form of a proof. `levels` has the tables that were asked about, and whether it is proved of them; `clauses`
 * every candidate, and whether it is part of the invariant of each; `open` what stands in the way: a clause that an
 * event does not keep, or an event that is not modelled, whose clause is null.
 */
export function proofJson(heading: ProofHeading, report: ProofReport, seconds: number) {
  const { attempts, trace, counterexample, solver } = report;
  const { kernel, set, contract } = heading;
  return {
    kernel,
    set,
    contract,
    verdict: verdictOf(report),
    levels: attempts.map(({ subject: { levels }, isProved }) => ({ levels, proved: isProved })),
    clauses: clausesOf(attempts).map(({ clause: { name, doc }, kept }) => ({ name, doc, kept })),
    events: coveredBy(attempts),
    queries: attempts.reduce((sum, { invariant }) => sum + invariant.queries, 0),
    solver,
    seconds: Number(seconds.toFixed(3)),
    open: attempts.flatMap(obstaclesOf),
    counterexample,
    trace: trace?.events.map(formatEvent) ?? null,
  };
}
