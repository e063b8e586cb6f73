import type { Event } from '../../spec/events/event.ts';
import type { Bounds } from '../../spec/layouts/bounds.ts';
import type { Alphabet } from '../../spec/layouts/layout.ts';
import { formatLeftOut } from '../report/left-out.ts';
import { formatEvent } from '../trace/print.ts';
import type { Disagreement } from './judge.ts';

/** Where an implementation and its specification part. */
export interface LockstepFailure extends Disagreement {
  /** The events up to the one that fails, as `vtlb replay` reads them. */
  readonly trace: readonly string[];
  /** Which event of the trace fails, from 1; 0 if the start does. */
  readonly step: number;
  /** Whether no shorter sequence of the layout's events fails; else fast-check has shrunk the trace. */
  readonly shortest: boolean;
}

/** What was tried of all sequences of the layout's events. */
export interface ExhaustiveRun {
  /** Every sequence of up to so many events has been tried, or leads to states that were. */
  readonly depth: number;
  /** Sequences carried out from the start. */
  readonly traces: number;
  /** Pairs of a state of the specification and one of the implementation; null where that has no `state`. */
  readonly states: number | null;
  /** Whether there is no further pair of states, so that no sequence of these events can fail. */
  readonly complete: boolean;
}

/** What was tried at random. */
export interface RandomRun {
  /** Traces carried out; those of shrinking a failure count too. */
  readonly traces: number;
  readonly length: number;
  readonly seed: number;
}

/** What `lockstep` did and found. */
export interface LockstepReport {
  /** The kernel by which answers were judged; null if the contract alone judged them. */
  readonly kernel: string | null;
  readonly contract: string;
  readonly layout: string;
  readonly bounds: Readonly<Bounds>;
  /** The kinds of event that traces of the layout may hold and that were not tried. */
  readonly leftOut: readonly Alphabet[];
  readonly exhaustive: ExhaustiveRun | null;
  readonly random: RandomRun | null;
  /** Events that the implementation carried out in all. */
  readonly events: number;
  readonly failure: LockstepFailure | null;
}

/** A failure of a sequence of events whose last one fails. */
export function failureOf(
  trace: readonly Event[],
  shortest: boolean,
  disagreement: Disagreement,
): LockstepFailure {
  return { ...disagreement, trace: trace.map(formatEvent), step: trace.length, shortest };
}

/** What `lockstep` did and found, for people. */
export function formatLockstep(report: LockstepReport): string {
  const { kernel, contract, layout, bounds, leftOut, exhaustive, random, failure } = report;
  const measure = kernel === null ? `contract ${contract}` : `kernel ${kernel}`;
  const size = Object.entries(bounds).map(([name, value]) => `${name}=${value}`);
  return [
    `${measure}, layout ${layout} (${size.join(' ')})`,
    ...(exhaustive === null ? [] : [exhaustiveText(exhaustive)]),
    ...(random === null ? [] : [`sampled: ${random.traces} random traces of up to ${random.length} events`]),
    ...(failure === null ? ['no disagreement', ...formatLeftOut(leftOut)] : failureText(failure)),
  ].join('\n');
}

function exhaustiveText({ depth, traces, states, complete }: ExhaustiveRun): string {
  const found = states === null ? '' : `, ${states} pairs of states`;
  const end = complete ? 'exhaustive: no further pair of states' : `every sequence of up to ${depth} events`;
  return `${end}; ${traces} traces${found}`;
}

function failureText({ trace, step, message, shortest }: LockstepFailure): string[] {
  const kind = shortest ? 'a shortest trace' : 'a trace, shrunk';
  return [`step ${step}: ${message}`, `${kind}, for vtlb replay:`, ...trace.map((line) => `    ${line}`)];
}
