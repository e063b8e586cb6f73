import type { GuestName } from '../../spec/guests/named.ts';
import { ALWAYS } from '../../spec/properties/always.ts';
import { SOMETIMES } from '../../spec/properties/sometimes.ts';
import { SAFETY } from '../../spec/properties/vtlb-within-guest-tlb.ts';
import type { World } from '../../spec/world/world.ts';
import type { Coverage } from '../check/coverage.ts';
import type { CheckResult, SampleResult, Violation } from '../check/result.ts';
import type { StopReason } from '../checker/limits.ts';
import { GUEST_FINDINGS } from '../guests/findings.ts';
import { replay } from '../replay/replay.ts';
import { formatEvent } from '../trace/print.ts';
import { formatCounts, formatExplored } from './counts.ts';
import { explainStale } from './explain.ts';
import { formatLeftOut } from './left-out.ts';
import { formatSteps, LEGEND } from './steps.ts';

/** The kernel of a report and what it is judged by, as its user named them. */
export interface KernelHeading {
  readonly kernel: string;
  readonly set: Readonly<Record<string, string>>;
  /** The events whose reducers the kernel overrides. */
  readonly overridden: readonly string[];
  readonly contract: string;
}

/** What a check was about, as its user named it. */
export interface CheckHeading extends KernelHeading {
  /** How TLBs were to be kept. */
  readonly tlbs: CheckResult['tlbs'];
  /** The guest whose discipline was kept, if one was named. */
  readonly guest?: GuestName | undefined;
}

/** The kernel and what was changed in it: `v6.12 pcideSet=nothing`. */
export function formatKernelName({ kernel, set, overridden }: Omit<KernelHeading, 'contract'>): string {
  const changes = Object.entries(set).map(([decision, value]) => ` ${decision}=${value}`);
  const own = overridden.length === 0 ? '' : ` with its own ${overridden.join(', ')}`;
  return `${kernel}${changes.join('')}${own}`;
}

/** The outcome of a check for people; the same bytes on every run. */
export function formatCheck(world: World, heading: CheckHeading, result: CheckResult): string {
  return format(world, heading, formatVerdict(heading, result), result, result.complete);
}

/** The outcome of random walks. */
export function formatSample(world: World, heading: CheckHeading, result: SampleResult): string {
  const { walks, steps, stoppedBy, violations } = result;
  const sampled = `sampled: ${walks} walks, ${steps} steps`;
  const verdict = violations.length > 0 ? violatedLine(violations) : 'NO VIOLATION seen';
  const stopped = stoppedBy === null ? [] : [`STOPPED by ${STOPPED_BY[stoppedBy]}`];
  return format(world, heading, [verdict, ...stopped, sampled], result, false);
}

function format(
  world: World,
  heading: CheckHeading,
  verdict: readonly string[],
  result: CheckResult | SampleResult,
  complete: boolean,
): string {
  const { layout } = world;
  const bounds = Object.entries(layout.bounds).map(([name, value]) => `${name}=${value}`);
  return [
    `kernel ${formatKernelName(heading)}, contract ${heading.contract}, layout ${layout.name} (${bounds.join(' ')})${heading.guest === undefined ? '' : `, guest ${heading.guest}`}`,
    ...(heading.tlbs === 'apart' && result.tlbs === 'whole' ? [wholeLine(heading)] : []),
    ...verdict,
    ...result.violations.flatMap((violation, i) =>
      i === 0 ? formatViolation(world, violation) : [formatAlso(violation)],
    ),
    ...(result.violations.length === 0
      ? [
          ...formatWitnesses(heading, result, complete),
          ...formatCoverage(result.coverage, complete),
          ...formatLeftOut(layout.leftOut),
        ]
      : []),
  ].join('\n');
}

/** Why TLBs were not kept apart. */
function wholeLine({ guest }: CheckHeading): string {
  return guest === undefined
    ? 'TLBs whole: more TLBs may hold a translation of this layout than facts can tell apart'
    : 'TLBs whole: under the discipline of a guest they are a part of the states';
}

/** Each limit in words. */
export const STOPPED_BY: Readonly<Record<StopReason, string>> = {
  states: 'the limit on states',
  memory: 'the limit on memory',
  time: 'the limit on time',
  interrupt: 'an interrupt',
};

function formatVerdict({ guest }: CheckHeading, result: CheckResult): string[] {
  const { violations, complete, stoppedBy, symmetry } = result;
  if (violations.length > 0) return [violatedLine(violations), ...formatFound(result)];
  const counts = formatCounts(result, symmetry);
  const ofGuest = GUEST_FINDINGS.filter(({ kind }) => kind === 'always' && guest !== undefined);
  if (complete) return [`HOLDS  all ${ALWAYS.length + ofGuest.length} properties`, `exhaustive: ${counts}`];
  return [`STOPPED by ${STOPPED_BY[stoppedBy ?? 'interrupt']}; no violation so far`, `explored: ${counts}`];
}

/** At which depth the violation was found; and how far the search went after it, which only a breach of safety ends. */
function formatFound(result: CheckResult): string[] {
  const { violations, complete, stoppedBy, symmetry } = result;
  const found = `found at depth ${violations[0]?.trace.length}`;
  if (!complete && stoppedBy === null) return [`${found}, in ${formatExplored(result, symmetry)}`];
  const counts = formatCounts(result, symmetry);
  return complete
    ? [`${found}; ${SAFETY} holds`, `exhaustive: ${counts}`]
    : [
        `${found}; ${SAFETY} was not broken when ${STOPPED_BY[stoppedBy ?? 'interrupt']} stopped the search`,
        `explored: ${counts}`,
      ];
}

function violatedLine([violation]: readonly Violation[]): string {
  return `VIOLATED  ${violation?.property}`;
}

function formatViolation(world: World, violation: Violation): string[] {
  const replayed = replay(world, violation.trace);
  return [
    '',
    violation.message,
    '',
    formatSteps(world, replayed),
    '',
    LEGEND,
    '',
    explainStale(world, replayed) ?? `${violation.message}, at step ${violation.trace.length}.`,
    '',
    'The trace, for vtlb replay:',
    ...violation.trace.map((event) => `    ${formatEvent(event)}`),
  ];
}

function formatAlso({ property, trace, message }: Violation): string {
  return `\nAlso broken: ${property}, after ${trace.length} events (${trace.map(formatEvent).join('; ')}): ${message}.`;
}

function formatWitnesses(
  { guest }: CheckHeading,
  { witnesses }: Pick<CheckResult, 'witnesses'>,
  complete: boolean,
): string[] {
  const ofGuest = GUEST_FINDINGS.filter(({ kind }) => kind === 'sometimes' && guest !== undefined);
  const looked = [...SOMETIMES, ...ofGuest.map(({ name, message }) => ({ name, doc: message }))];
  return looked.map(({ name, doc }) => {
    const trace = witnesses.get(name);
    if (trace !== undefined) return `sometimes  ${doc}: ${trace.map(formatEvent).join('; ')}`;
    return `${complete ? 'never      ' : 'not seen   '}${doc}`;
  });
}

/** What was never exercised, kind by kind; with a whole search, nothing of it can be. */
function formatCoverage({ fired, decisions, requests, antecedents }: Coverage, complete: boolean): string[] {
  const head = complete ? 'never      ' : 'not seen   ';
  const events = Object.keys(fired).filter((event) => fired[event] === 0);
  const parts: [string, readonly string[]][] = [
    ['carried out', events],
    ['consulted', decisions?.never ?? []],
    ['served', requests?.never ?? []],
    ['put to the test', antecedents?.never ?? []],
  ];
  return parts
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `${head}${what}: ${names.join(', ')}`);
}
