import type { Event } from '../../spec/events/event.ts';
import { type Cell, formatTable } from '../report/table.ts';
import { formatEvent } from '../trace/print.ts';
import { type BothSteps, type Difference, SEES } from './lockstep.ts';

/** One line of a comparison: the two sides' text for one name, and whether they differ. */
export interface Row {
  readonly name: string;
  readonly spec: string;
  readonly kernel: string;
  readonly differs: boolean;
}

const ABSENT = 'absent';

/** Everything that the two sides show after an event, in the specification's order. */
export function rowsOf({ spec: { view, sees }, kernel, differs }: BothSteps): Row[] {
  const names = [...new Set([...view.keys(), ...kernel.keys()])];
  const rows = names.map((name) => ({
    name,
    spec: view.get(name) ?? ABSENT,
    kernel: kernel.get(name) ?? ABSENT,
    differs: differs.includes(name),
  }));
  if (!differs.includes(SEES)) return rows;
  return [
    ...rows,
    { name: SEES, spec: sees.join(' or '), kernel: kernel.get('read') ?? ABSENT, differs: true },
  ];
}

/** The first difference of a trace: its events, and both states after the last. */
export function formatDifference(trace: readonly Event[], difference: Difference, linux: string): string {
  const events = trace.slice(0, difference.at + 1).map((event) => `  ${formatEvent(event)}`);
  return [
    `the specification and Linux ${linux} differ after the last of these events:`,
    ...events,
    '',
    formatRows(rowsOf(difference), linux),
  ].join('\n');
}

/** Both sides in columns; a line that differs has a mark. */
export function formatRows(rows: readonly Row[], linux: string, width?: number): string {
  return formatTable(['', '', 'specification', `Linux ${linux}`], rows.map(cells), width);
}

function cells({ name, spec, kernel, differs }: Row): Cell[] {
  return [[differs ? '!=' : ''], [name], [spec], [kernel]];
}
