import type { GuestName } from '../../spec/guests/named.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import { ALWAYS } from '../../spec/properties/always.ts';
import { SOMETIMES } from '../../spec/properties/sometimes.ts';
import { SAFETY } from '../../spec/properties/vtlb-within-guest-tlb.ts';
import type { World } from '../../spec/world/world.ts';
import { type Changes, isChanged, unexercised } from '../check/changes.ts';
import type { Coverage } from '../check/coverage.ts';
import type { CheckResult, SampleResult, SecondImagesFound, Violation } from '../check/result.ts';
import type { ScopeSearch } from '../check/search-scopes.ts';
import { verdictOn } from '../check/verdict.ts';
import type { StopReason } from '../checker/limits.ts';
import type { Progress } from '../checker/result.ts';
import { GUEST_GOALS } from '../guests/goals.ts';
import { replay } from '../replay/replay.ts';
import { formatEvent } from '../trace/print.ts';
import { formatElsewhere, formatNever } from './changes.ts';
import { formatCounts, formatExplored } from './counts.ts';
import { explainStale } from './explain.ts';
import { formatInline } from './inline.ts';
import { formatLeftOut } from './left-out.ts';
import { formatSteps, LEGEND } from './steps.ts';

/** The kernel of a report and what it is judged by, as its user named them. */
export interface KernelHeading {
  readonly kernel: string;
  readonly set: Readonly<Record<string, string>>;
  /** What the kernel has of its own besides decisions: see `namesOfOwn`. */
  readonly overridden: readonly string[];
  /** The sections of its reducers in which the processor, by which KVM is judged, is its own. */
  readonly architecture: readonly string[];
  readonly contract: string;
}

/** What a check was about, as its user named it. */
export interface CheckHeading extends KernelHeading {
  /** How TLBs were to be kept. */
  readonly tlbs: CheckResult['tlbs'];
  /** The guest whose discipline was kept, if one was named. */
  readonly guest?: GuestName | undefined;
  readonly changes: Changes;
  /** Searches of small layouts, made where this one came to no change, to say where else it is exercised. */
  readonly elsewhere: readonly ScopeSearch[];
}

/** The kernel and what was changed in it: `v6.12 pcideSet=nothing`; and in what it is not judged by the SDM. */
export function formatKernelName({
  kernel,
  set,
  overridden,
  architecture,
}: Omit<KernelHeading, 'contract'>): string {
  const changes = Object.entries(set).map(([decision, value]) => ` ${decision}=${value}`);
  const own = overridden.length === 0 ? '' : ` with its own ${overridden.join(', ')}`;
  const judge = architecture.length === 0 ? '' : `, JUDGED BY ITS OWN ${architecture.join(', ')}`;
  return `${kernel}${changes.join('')}${own}${judge}`;
}

/** The outcome of a check for people; the same bytes on every run. */
export function formatCheck(world: World, heading: CheckHeading, result: CheckResult, width: number): string {
  return format(world, heading, formatVerdict(heading, result), result, result.complete, width);
}

/** The outcome of random walks. */
export function formatSample(
  world: World,
  heading: CheckHeading,
  result: SampleResult,
  width: number,
): string {
  const { walks, steps, stoppedBy, violations } = result;
  const sampled = `sampled: ${walks} walks, ${steps} steps`;
  const never = unexercised(result.coverage, heading.changes);
  const isMissed = violations.length === 0 && isChanged(never);
  const clean = isMissed ? notExercised(never) : 'NO VIOLATION seen';
  const verdict = violations.length > 0 ? violatedLine(violations) : clean;
  const stopped = stoppedBy === null ? [] : [`STOPPED by ${STOPPED_BY[stoppedBy]}`];
  const where = isMissed && stoppedBy === null ? [formatElsewhere(heading.elsewhere, never)] : [];
  return format(world, heading, [verdict, ...stopped, sampled, ...where], result, false, width);
}

function format(
  world: World,
  heading: CheckHeading,
  verdict: readonly string[],
  result: CheckResult | SampleResult,
  complete: boolean,
  width: number,
): string {
  return [
    firstLine(world.layout, heading),
    ...(heading.tlbs === 'apart' && result.tlbs === 'whole' ? [wholeLine(heading)] : []),
    ...verdict,
    ...result.violations.flatMap((violation, i) =>
      i === 0 ? formatViolation(world, violation, width) : [formatAlso(violation)],
    ),
    ...(result.violations.length === 0
      ? [
          ...formatWitnesses(heading, result, complete),
          ...formatCoverage(result.coverage, complete),
          ...formatLeftOut(world.layout.leftOut),
        ]
      : []),
  ].join('\n');
}

/** What is to say of a search that does not come to an end, and so never says itself what it found. */
export function formatCut(
  { layout }: World,
  heading: CheckHeading,
  far: Progress,
  reason: StopReason,
): string {
  const { states, transitions, depth } = far;
  return [
    firstLine(layout, heading),
    `STOPPED by ${STOPPED_BY[reason]}, and cut off: what broke until then, if anything did, is not known`,
    `explored: ${states} states, ${transitions} transitions, depth ${depth}, and something more`,
  ].join('\n');
}

function firstLine(layout: Layout, heading: CheckHeading): string {
  const bounds = Object.entries(layout.bounds).map(([name, value]) => `${name}=${value}`);
  const guest = heading.guest === undefined ? '' : `, guest ${heading.guest}`;
  return `kernel ${formatKernelName(heading)}, contract ${heading.contract}, layout ${layout.name} (${bounds.join(' ')})${guest}`;
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

function formatVerdict({ guest, changes, elsewhere }: CheckHeading, result: CheckResult): string[] {
  const counts = formatCounts(result, result.symmetry);
  const never = unexercised(result.coverage, changes);
  switch (verdictOn(result, changes)) {
    case 'violated':
      return [
        violatedLine(result.violations),
        ...formatFound(result),
        ...(isChanged(never) ? [`before that ${formatNever(never)}`] : []),
      ];
    case 'stopped':
      return [
        `STOPPED by ${STOPPED_BY[result.stoppedBy ?? 'interrupt']}; no violation so far`,
        `explored: ${counts}`,
      ];
    case 'not exercised':
      if (result.secondImages?.apart) return [mixed(result.secondImages.apart), `exhaustive: ${counts}`];
      return [notExercised(never), `exhaustive: ${counts}`, formatElsewhere(elsewhere, never)];
    case 'holds': {
      const ofGuest = GUEST_GOALS.filter(({ kind }) => kind === 'always' && guest !== undefined);
      return [
        `HOLDS  all ${ALWAYS.length + ofGuest.length} properties`,
        `exhaustive: ${counts}`,
        ...formatSecondImages(result.secondImages),
      ];
    }
  }
}

/** That states of Linux's own code which look alike go on otherwise. */
function mixed({ ways, next }: NonNullable<SecondImagesFound['apart']>): string {
  const [one, other] = ways.map((way) => way.map(formatEvent).join('; '));
  return [
    'NOT EXERCISED  states that look alike to the harness are not: the kernel keeps something that it does not observe',
    `after  ${one}`,
    `and    ${other}`,
    `the kernel does otherwise on  ${formatEvent(next)}`,
  ].join('\n');
}

function formatSecondImages(images: SecondImagesFound | undefined): string[] {
  if (images === undefined) return [];
  return [
    `sampled    ${images.compared} states carried every event out alike when they were reached in another way`,
  ];
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

function notExercised(never: Changes): string {
  return `NOT EXERCISED  ${formatNever(never)}, so nothing is said of it`;
}

/** The property that broke. */
export function violatedLine([violation]: readonly Violation[]): string {
  return `VIOLATED  ${violation?.property}`;
}

/** A violation step by step, with its trace. */
export function formatViolation(world: World, violation: Violation, width: number): string[] {
  const replayed = replay(world, violation.trace);
  return [
    '',
    violation.message,
    '',
    formatSteps(world, replayed, width),
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
  return `\nAlso broken: ${property}, after ${trace.length} events (${formatInline(trace)}): ${message}.`;
}

function formatWitnesses(
  { guest }: CheckHeading,
  { witnesses }: Pick<CheckResult, 'witnesses'>,
  complete: boolean,
): string[] {
  const ofGuest = GUEST_GOALS.filter(({ kind }) => kind === 'sometimes' && guest !== undefined);
  const looked = [...SOMETIMES, ...ofGuest.map(({ name, message }) => ({ name, doc: message }))];
  return looked.map(({ name, doc }) => {
    const trace = witnesses.get(name);
    if (trace !== undefined) return `sometimes  ${doc}: ${formatInline(trace)}`;
    return `${complete ? 'never      ' : 'not seen   '}${doc}`;
  });
}

/** What was never exercised, kind by kind; with a whole search, nothing of it can be. */
function formatCoverage({ fired, decisions, requests, antecedents }: Coverage, complete: boolean): string[] {
  const head = complete ? 'never      ' : 'not seen   ';
  const events = Object.keys(fired).filter((event) => fired[event] === 0);
  const parts: [string, readonly string[]][] = [
    ['carried out', events],
    ['consulted', decisions.never],
    ['served', requests?.never ?? []],
    ['put to the test', antecedents?.never ?? []],
  ];
  return parts
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `${head}${what}: ${names.join(', ')}`);
}
