import { ALWAYS } from '../../spec/properties/always.ts';
import { SOMETIMES } from '../../spec/properties/sometimes.ts';
import type { World } from '../../spec/state/machine.ts';
import { replay } from '../replay/replay.ts';
import type { StopReason } from '../search/limits.ts';
import type { Violation } from '../search/monitor.ts';
import type { SearchResult } from '../search/search.ts';
import { formatEvent } from '../trace/print.ts';
import { explainStale } from './explain.ts';
import { formatSteps, LEGEND } from './steps.ts';

/** What a check was about, as its user named it. */
export interface CheckHeading {
  readonly kernel: string;
  readonly set: Readonly<Record<string, string>>;
  readonly contract: string;
}

/** The outcome of a check for people; the same bytes on every run. */
export function formatCheck(world: World, heading: CheckHeading, result: SearchResult): string {
  const { layout } = world;
  const bounds = Object.entries(layout.bounds).map(([name, value]) => `${name}=${value}`);
  const changes = Object.entries(heading.set).map(([decision, value]) => ` ${decision}=${value}`);
  return [
    `kernel ${heading.kernel}${changes.join('')}, contract ${heading.contract}, layout ${layout.name} (${bounds.join(' ')})`,
    ...formatVerdict(result),
    ...result.violations.flatMap((violation, i) =>
      i === 0 ? formatViolation(world, violation) : [formatAlso(violation)],
    ),
    ...(result.violations.length === 0 ? formatWitnesses(result) : []),
  ].join('\n');
}

const STOPPED_BY: Readonly<Record<StopReason, string>> = {
  states: 'the limit on states',
  memory: 'the limit on memory',
  time: 'the limit on time',
  interrupt: 'an interrupt',
};

function formatVerdict(result: SearchResult): string[] {
  const { states, transitions, depth } = result;
  const counts = `${states} states, ${transitions} transitions, depth ${depth}`;
  if (result.violations.length > 0)
    return [`VIOLATED  ${result.violations[0]?.property}`, `found in ${counts}`];
  if (result.complete) return [`HOLDS  all ${ALWAYS.length} properties`, `exhaustive: ${counts}`];
  return [
    `STOPPED by ${STOPPED_BY[result.stoppedBy ?? 'interrupt']}; no violation so far`,
    `explored: ${counts}`,
  ];
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

function formatWitnesses({ witnesses, complete }: SearchResult): string[] {
  return SOMETIMES.map(({ name, doc }) => {
    const trace = witnesses.get(name);
    if (trace !== undefined) return `sometimes  ${doc}: ${trace.map(formatEvent).join('; ')}`;
    return `${complete ? 'never      ' : 'not seen   '}${doc}`;
  });
}
