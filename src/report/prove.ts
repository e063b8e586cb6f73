import type { Clause } from '../../spec/proof/clause.ts';
import { candidatesOf } from '../../spec/proof/invariant.ts';
import { LOOSENED, NOT_COVERED } from '../../spec/proof/scope.ts';
import { formatScope } from '../check/scopes.ts';
import type { Trace } from '../prove/find-trace.ts';
import { nameOf } from '../prove/houdini.ts';
import { type Attempt, eventsOf, type ProofVerdict } from '../prove/prove.ts';
import { formatEvent } from '../trace/print.ts';
import { formatKernelName, type KernelHeading } from './check.ts';

/** A proof, or what there is in place of one. */
export interface ProofReport {
  /** On tables of so many levels, one after the other: none follows one that is not proved. */
  readonly attempts: readonly Attempt[];
  readonly trace: Trace | null;
  /** The solver's counterexample to induction, in words; null if it was not asked for, or could not be read. */
  readonly counterexample: readonly string[] | null;
  readonly solver: string;
}

const ANY = 'vCPUs, spaces, PCIDs, directories, page tables, pages, frames, roles and cached roots';

/** What a proof says. */
export function verdictOf({ attempts, trace }: Pick<ProofReport, 'attempts' | 'trace'>): ProofVerdict {
  if (attempts.every(({ isProved }) => isProved)) return 'proved';
  return trace === null ? 'open' : 'broken';
}

/** The clauses that are part of the invariant on tables of every number of levels on which they say something. */
export function clausesOf(
  attempts: readonly Attempt[],
): { readonly clause: Clause; readonly kept: boolean }[] {
  const names = (clauses: readonly Clause[]) => clauses.map(({ name }) => name);
  const tried = attempts.map(({ subject, invariant }) => ({
    candidates: names(candidatesOf(subject.levels)),
    kept: names(invariant.kept),
  }));
  const most = candidatesOf(Math.max(...attempts.map(({ subject }) => subject.levels)));
  return most.map((clause) => ({
    clause,
    kept: tried.every(
      ({ candidates, kept }) => !candidates.includes(clause.name) || kept.includes(clause.name),
    ),
  }));
}

const COUNTS: Readonly<Record<number, string>> = { 2: 'two', 3: 'three' };

/** `two and three levels` */
function levelsOf(attempts: readonly Attempt[]): string {
  return `${attempts.map(({ subject: { levels } }) => COUNTS[levels] ?? levels).join(' and ')} levels`;
}

/** A proof in words, or why there is none. */
export function formatProof(heading: KernelHeading, report: ProofReport): string {
  const verdict = verdictOf(report);
  return [
    `kernel ${formatKernelName(heading)}, contract ${heading.contract}, tables of ${levelsOf(report.attempts)}`,
    ...(verdict === 'proved' ? provedLines(report) : []),
    ...(verdict === 'broken' ? brokenLines(report) : []),
    ...(verdict === 'open' ? openLines(report) : []),
  ].join('\n');
}

function provedLines({ attempts, solver }: ProofReport): string[] {
  const kept = clausesOf(attempts).flatMap((each) => (each.kept ? [each.clause.name] : []));
  return [
    `PROVED  vtlb-within-guest-tlb, for any number of ${ANY}`,
    '',
    ...attempts.map((attempt, i) => labelled(i === 0 ? 'invariant' : '', invariantText(attempt))),
    labelled('clauses', kept.join(', ')),
    labelled('covers', coveredBy(attempts).join(', ')),
    ...NOT_COVERED.map((text, i) => labelled(i === 0 ? 'not' : '', text)),
    ...LOOSENED.map((text, i) => labelled(i === 0 ? 'loosened' : '', text)),
    labelled(
      'rests on',
      `${solver}, and on the relations being the specification: equal in every step that was compared, see proofs-notes/unbounded.md`,
    ),
  ];
}

/** The events of which something is proved. */
export function coveredBy(attempts: readonly Attempt[]): string[] {
  return [...new Set([...attempts].reverse().flatMap(({ subject }) => eventsOf(subject)))];
}

function invariantText(attempt: Attempt): string {
  const { subject, invariant } = attempt;
  return `on ${levelsOf([attempt])}: ${invariant.kept.length} clauses, true at the start and kept by each of ${subject.steps.length} kinds of step (${invariant.queries} questions)`;
}

function brokenLines({ attempts, trace, counterexample, solver }: ProofReport): string[] {
  if (trace === null) return [];
  return [
    `BROKEN  vtlb-within-guest-tlb, on layout ${formatScope(trace.scope)}`,
    '',
    trace.message,
    '',
    'The trace, for vtlb replay:',
    ...trace.events.map((event) => `    ${formatEvent(event)}`),
    ...attempts.flatMap((attempt) => lostLines(attempt, solver)),
    ...exampleLines(counterexample),
  ];
}

function openLines({ attempts, counterexample, solver }: ProofReport): string[] {
  const proved = attempts.filter(({ isProved }) => isProved);
  const open = attempts.find(({ isProved }) => !isProved) as Attempt;
  return [
    `OPEN  vtlb-within-guest-tlb is neither proved nor broken on tables of ${levelsOf([open])}; no trace was found on the layouts searched`,
    ...(proved.length === 0 ? [] : [`proved on tables of ${levelsOf(proved)}`]),
    ...unmodelledLines(open),
    ...lostLines(open, solver),
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
