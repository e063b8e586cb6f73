import { CANDIDATES } from '../../spec/proof/invariant.ts';
import { eventsOf, obstaclesOf } from '../prove/prove.ts';
import { formatEvent } from '../trace/print.ts';
import { type ProofReport, verdictOf } from './prove.ts';

/** What was to be proved, as its user named it. */
export interface ProofHeading {
  readonly kernel: string;
  readonly set: Readonly<Record<string, string>>;
  readonly contract: string;
}

/**
 * The JSON form of a proof. `clauses` has every candidate, and whether it is part of the invariant; `open` what stands
 * in the way: a clause that an event does not keep, or an event that is not modelled, whose clause is null.
 */
export function proofJson(heading: ProofHeading, report: ProofReport, seconds: number) {
  const { attempt, trace, counterexample, solver } = report;
  const { subject, invariant } = attempt;
  const { kernel, set, contract } = heading;
  return {
    kernel,
    set,
    contract,
    verdict: verdictOf(report),
    clauses: CANDIDATES.map((clause) => ({
      name: clause.name,
      doc: clause.doc,
      kept: invariant.kept.includes(clause),
    })),
    events: eventsOf(subject),
    queries: invariant.queries,
    solver,
    seconds: Number(seconds.toFixed(3)),
    open: obstaclesOf(attempt),
    counterexample,
    trace: trace?.events.map(formatEvent) ?? null,
  };
}
