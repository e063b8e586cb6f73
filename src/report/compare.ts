import { WORK_NAMES } from '../../spec/state/work.ts';
import type { Comparison, Difference, Shown } from '../compare/compare.ts';
import { formatEvent } from '../trace/print.ts';
import { STOPPED_BY } from './check.ts';
import { formatInline } from './inline.ts';
import { formatTable } from './table.ts';

/** What the two kernels are called. */
export type Names = readonly [a: string, b: string];

/** What was found of two kernels on a layout, in one word. */
export type DifferenceKind = 'visible' | 'cost' | 'none' | 'unknown';

/** In one word: `unknown` if a limit came before any difference. */
export function differenceKind({ visible, cost, complete }: Comparison): DifferenceKind {
  if (visible !== null) return 'visible';
  if (cost !== null) return 'cost';
  return complete ? 'none' : 'unknown';
}

const HEADLINE: Readonly<Record<DifferenceKind, string>> = {
  visible: 'THE GUEST MAY SEE A DIFFERENCE',
  cost: 'ONLY THE COST DIFFERS',
  none: 'NO DIFFERENCE  in what the guest may see or in what a step costs',
  unknown: 'NO DIFFERENCE SO FAR',
};

/** The outcome on one layout for people. */
export function formatComparison(
  names: Names,
  contract: string,
  comparison: Comparison,
  width: number,
): string {
  const { layout, bounds, visible, cost, stoppedBy } = comparison;
  const kind = differenceKind(comparison);
  const told = visible ?? cost;
  const settings = Object.entries(bounds).map(([name, value]) => `${name}=${value}`);
  return [
    `layout ${layout} (${settings.join(' ')})`,
    stoppedBy !== null && kind === 'cost' ? 'THE COST DIFFERS' : HEADLINE[kind],
    ...(stoppedBy === null
      ? []
      : [`STOPPED by ${STOPPED_BY[stoppedBy]}; no difference that the guest may see so far`]),
    `${countsOf(comparison)}`,
    ...(told === null ? [] : formatDifference(names, contract, told, kind === 'visible', width)),
    ...(visible !== null && cost !== null ? ['', formatCheaper(cost)] : []),
  ].join('\n');
}

function countsOf({ complete, stoppedBy, pairs, transitions, depth }: Comparison): string {
  const how = complete ? 'exhaustive' : stoppedBy === null ? 'found in' : 'explored';
  return `${how}${how === 'found in' ? '' : ':'} ${pairs} pairs of states, ${transitions} transitions, depth ${depth}`;
}

function formatDifference(
  names: Names,
  contract: string,
  { trace, a, b }: Difference,
  isVisible: boolean,
  width: number,
): string[] {
  const row = (title: string, of: (shown: Shown) => string) => [[title], [of(a)], [of(b)]];
  const works = WORK_NAMES.filter((name) => a.work[name] > 0 || b.work[name] > 0).map((name) =>
    row(name, ({ work }) => `${work[name]}`),
  );
  const rows = [
    ...(a.outcome === b.outcome ? [] : [row('outcome', ({ outcome }) => outcome)]),
    ...(isVisible ? [row('may read', ({ sees }) => sees.join(' or ') || 'nothing')] : works),
    row(`trace, by contract ${contract}`, ({ verdict }) => verdict),
  ];
  return [
    '',
    ...trace.map((event) => `    ${formatEvent(event)}`),
    '',
    formatTable(['last event', ...names], rows, width - 4).replace(/^/gm, '    '),
  ];
}

function formatCheaper({ trace }: Difference): string {
  return `The cost alone differs after ${trace.length} event${trace.length === 1 ? '' : 's'}: ${formatInline(trace)}`;
}
