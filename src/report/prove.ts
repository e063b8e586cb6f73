import { LOOSENED, NOT_COVERED } from '../../spec/proof/scope.ts';
import { formatScope } from '../check/scopes.ts';
import type { Trace } from '../prove/find-trace.ts';
import { nameOf } from '../prove/houdini.ts';
import { type Attempt, eventsOf, type ProofVerdict } from '../prove/prove.ts';
import { formatEvent } from '../trace/print.ts';
import { formatKernelName, type KernelHeading } from './check.ts';

/** A proof, or what there is in place of one. */
export interface ProofReport {
  readonly attempt: Attempt;
  readonly trace: Trace | null;
  /** The solver's counterexample to induction, in words; null if it was not asked for, or could not be read. */
  readonly counterexample: readonly string[] | null;
  readonly solver: string;
}

const ANY = 'vCPUs, spaces, PCIDs, page tables, pages, frames, roles and cached roots';

/** What a proof says. */
export function verdictOf({ attempt, trace }: Pick<ProofReport, 'attempt' | 'trace'>): ProofVerdict {
  if (attempt.isProved) return 'proved';
  return trace === null ? 'open' : 'broken';
}

/** A proof in words, or why there is none. */
export function formatProof(heading: KernelHeading, report: ProofReport): string {
  const verdict = verdictOf(report);
  return [
    `kernel ${formatKernelName(heading)}, contract ${heading.contract}, two-level tables`,
    ...(verdict === 'proved' ? provedLines(report) : []),
    ...(verdict === 'broken' ? brokenLines(report) : []),
    ...(verdict === 'open' ? openLines(report) : []),
  ].join('\n');
}

function provedLines({ attempt: { subject, invariant }, solver }: ProofReport): string[] {
  const { kept, queries } = invariant;
  return [
    `PROVED  vtlb-within-guest-tlb, for any number of ${ANY}`,
    '',
    labelled(
      'invariant',
      `${kept.length} clauses, true at the start and kept by each of ${subject.steps.length} kinds of step (${queries} questions, ${solver})`,
    ),
    labelled('clauses', kept.map(({ name }) => name).join(', ')),
    labelled('covers', eventsOf(subject).join(', ')),
    ...NOT_COVERED.map((text, i) => labelled(i === 0 ? 'not' : '', text)),
    ...LOOSENED.map((text, i) => labelled(i === 0 ? 'loosened' : '', text)),
    labelled(
      'rests on',
      'the solver, and on the relations being the specification: equal in every step that was compared, see proofs-notes/unbounded.md',
    ),
  ];
}

function brokenLines({ attempt, trace, counterexample, solver }: ProofReport): string[] {
  if (trace === null) return [];
  return [
    `BROKEN  vtlb-within-guest-tlb, on layout ${formatScope(trace.scope)}`,
    '',
    trace.message,
    '',
    'The trace, for vtlb replay:',
    ...trace.events.map((event) => `    ${formatEvent(event)}`),
    ...lostLines(attempt, solver),
    ...exampleLines(counterexample),
  ];
}

function openLines({ attempt, counterexample, solver }: ProofReport): string[] {
  return [
    'OPEN  vtlb-within-guest-tlb is neither proved nor broken; no trace was found on the layouts searched',
    ...unmodelledLines(attempt),
    ...lostLines(attempt, solver),
    ...exampleLines(counterexample),
  ];
}

/** What the relations do not have, the events of one reason together. */
function unmodelledLines({ subject: { unmodelled } }: Attempt): string[] {
  const reasons = [...new Set(unmodelled.map(({ reason }) => reason))];
  return reasons.flatMap((reason) => {
    const events = unmodelled.filter((each) => each.reason === reason).map(({ event }) => event);
    return ['', `not modelled  ${reason}: ${events.join(', ')}`];
  });
}

function lostLines({ lost }: Attempt, solver: string): string[] {
  return lost.flatMap(({ clause, by, answer }, i) => [
    ...(i === 0 ? ['', `${nameOf(by)} does not keep, given the clauses that are left (${solver}):`] : []),
    `    ${clause.name}: ${clause.doc}${answer === 'sat' ? '' : ` (${answer})`}`,
  ]);
}

function exampleLines(counterexample: readonly string[] | null): string[] {
  return counterexample === null
    ? []
    : [
        '',
        'A counterexample to induction, which need not be reachable:',
        ...counterexample.map((line) => `    ${line}`),
      ];
}

function labelled(label: string, text: string): string {
  return `${label.padEnd(11)}${text}`;
}
