import type { Layout } from '../../spec/layouts/layout.ts';
import { type Cell, formatTable } from '../report/table.ts';
import { formatEvent } from '../trace/print.ts';
import type { BothSteps } from './lockstep.ts';
import { formatRows, rowsOf } from './report.ts';
import { ofCpu, type View } from './view.ts';

const HEADER = ['', 'step', 'event', '', 'outcome', 'requests', 'root', 'prev_roots', 'reads'];

/** A trace on both sides. */
export interface Conformed {
  readonly steps: readonly BothSteps[];
  /** Why Linux's code had no end of the event behind them; null if it carried out all. */
  readonly gaveUp: string | null;
}

/** Whether both sides agree all along. */
export function verdictOf({ steps, gaveUp }: Conformed): 'equal' | 'different' {
  return gaveUp === null && steps.every(({ differs }) => differs.length === 0) ? 'equal' : 'different';
}

/** A trace on both sides, two lines a step; then, for each step that differs, everything that does. */
export function formatConform(layout: Layout, found: Conformed, linux: string, width: number): string {
  const { steps, gaveUp } = found;
  const table = formatTable(
    HEADER,
    steps.flatMap((step, i) => rows(layout, step, i + 1)),
    width,
  );
  const differences = steps.flatMap((step, i) =>
    step.differs.length === 0
      ? []
      : [`step ${i + 1}, ${formatEvent(step.event)}:\n${differing(step, linux, width)}`],
  );
  const verdict =
    verdictOf(found) === 'equal'
      ? `equal: ${steps.length} events, no difference`
      : `different: after ${differences.length} of ${steps.length} events`;
  const end = gaveUp === null ? [] : [`Linux's code gave up at ${gaveUp}`];
  return [table, ...differences, ...end, verdict].join('\n\n');
}

/** A row for each side, so that what is wrapped on one does not stand beside the other. */
function rows(layout: Layout, { event, spec, kernel, differs }: BothSteps, number: number): Cell[][] {
  const side = (name: string, view: View): Cell[] => [
    [name],
    ...['outcome', ...['requests', 'root', 'prev_roots'].map((what) => ofCpu(layout, event.cpu, what))].map(
      (what) => [shown(view, what)],
    ),
    event.kind === 'access' ? [shown(view, 'read')] : [],
  ];
  return [
    [[differs.length > 0 ? '!=' : ''], [`${number}`], [formatEvent(event)], ...side('spec', spec.view)],
    [[], [], [], ...side('Linux', kernel)],
  ];
}

function shown(view: View, name: string): string {
  return view.get(name) ?? '';
}

function differing(step: BothSteps, linux: string, width: number): string {
  return formatRows(
    rowsOf(step).filter(({ differs }) => differs),
    linux,
    width,
  );
}
