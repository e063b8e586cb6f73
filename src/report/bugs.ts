import type { Bug, Reproduction } from '../../spec/bugs/bug.ts';
import type { Subject } from '../../spec/claims/claim.ts';
import type { Reproduced, Side } from '../bugs/reproduce.ts';
import { formatEvent } from '../trace/print.ts';
import { formatSteps } from './steps.ts';
import { formatTable } from './table.ts';

const INDENT = '    ';

/** A kernel and what is changed in it: `v6.12 with loadSync=nothing`. */
function formatSubject({ kernel, set }: Subject): string {
  const changes = Object.entries(set ?? {}).map(([decision, value]) => `${decision}=${value}`);
  return changes.length === 0 ? kernel : `${kernel} with ${changes.join(', ')}`;
}

/** What a reproduction shows, in words. */
function formatShows({ shows }: Reproduction): string {
  return 'breaks' in shows ? `breaks ${shows.breaks}` : `costs more ${shows.costs}`;
}

/** Every bug, a line each. */
export function formatBugs(bugs: readonly Bug[], width: number): string {
  const reproduced = bugs.filter(({ reproductions }) => reproductions.length > 0).length;
  const rows = bugs.map(({ number, commits, kind, doc, reproductions }) => [
    [String(number)],
    commits,
    [kind],
    reproductions.length > 0 ? reproductions.map(({ trace }) => trace) : ['out of scope'],
    [doc],
  ]);
  return [
    formatTable(['bug', 'fixed by', 'kind', 'reproduced', 'what'], rows, width),
    '',
    `${reproduced} of ${bugs.length} are reproduced. vtlb bugs N replays one, before and after its fix, or says why it is out of scope.`,
  ].join('\n');
}

/** One bug with its reproductions, each replayed on both sides. */
export function formatBug(
  { number, commits, doc, outOfScope }: Bug,
  reproduced: readonly Reproduced[],
  width: number,
): string {
  const head = [`Bug ${number}: ${doc}`, `fixed by ${commits.join(', ')}`];
  if (outOfScope !== undefined)
    return [...head, '', `Out of scope: ${outOfScope.reason}.`, `It needs ${outOfScope.needs}.`].join('\n');
  return [head.join('\n'), ...reproduced.map((each) => formatReproduced(each, width))].join('\n\n');
}

function formatReproduced(
  { reproduction, events, before, after, holds, kernels }: Reproduced,
  width: number,
): string {
  const { trace, doc, layout, bounds } = reproduction;
  const named = Object.entries(bounds).map(([name, value]) => `${name}=${value}`);
  return [
    `${trace}: ${doc}`,
    `layout ${[layout, ...named].join(', ')}; ${formatShows(reproduction)}`,
    '',
    ...events.map((event) => `    ${formatEvent(event)}`),
    '',
    `before: ${formatSide(before, reproduction)}`,
    indent(formatSteps(before.world, before.replay, width - INDENT.length)),
    '',
    `after: ${formatSide(after, reproduction)}`,
    indent(formatSteps(after.world, after.replay, width - INDENT.length)),
    '',
    `as before on this trace: ${kernels.length > 0 ? kernels.join(', ') : 'no named kernel'}`,
    ...(holds ? [] : ['THE TRACE DOES NOT TELL THE TWO APART AS STATED']),
  ].join('\n');
}

function formatSide({ subject, replay, breaks, work }: Side, { shows }: Reproduction): string {
  const outcome = 'breaks' in shows ? replay.verdict : `${work[shows.costs]} ${shows.costs}`;
  const broken = breaks.length > 0 ? ` (${breaks.join(', ')})` : '';
  return `${formatSubject(subject)}: ${outcome}${broken}`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, INDENT);
}
