import { fewestColumns, wrap } from './wrap.ts';

/** A cell: its lines. */
export type Cell = readonly string[];

const GAP = '  ';

/**
 * Sets a table in columns as wide as their widest line. Cells of several lines make the row as high as the
 * highest. What is wider than `width` has its widest columns narrowed, down to their longest words; what is too wide
 * even so is set row by row, each cell behind the title of its column.
 */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  width = Number.POSITIVE_INFINITY,
): string {
  const all = [header.map((title): Cell => [title]), ...rows];
  const natural = naturalWidths(all);
  if (widthOf(natural) <= width) return setTable(all);
  for (const breakable of ['', '_']) {
    const fewest = header.map((_, column) => most(all, column, (line) => fewestColumns(line, breakable)));
    if (widthOf(fewest) > width) continue;
    const widths = narrowed(natural, fewest, width);
    const cut = (cell: Cell, column: number) =>
      cell.flatMap((line) => wrap(line, widths[column] as number, breakable));
    return setTable(all.map((row) => row.map(cut)));
  }
  return setRecords(header, rows, width);
}

/** The greatest of what each line of a column comes to. */
function most(rows: readonly (readonly Cell[])[], column: number, of: (line: string) => number): number {
  return rows.flatMap((row) => row[column] ?? []).reduce((greatest, line) => Math.max(greatest, of(line)), 0);
}

function naturalWidths(all: readonly (readonly Cell[])[]): number[] {
  return (all[0] ?? []).map((_, column) => most(all, column, (line) => line.length));
}

function widthOf(columns: readonly number[]): number {
  return columns.reduce((sum, each) => sum + each, GAP.length * (columns.length - 1));
}

/** Takes from the widest column that has more than its fewest, until the table is as wide as it may be. */
function narrowed(natural: readonly number[], fewest: readonly number[], width: number): number[] {
  const widths = [...natural];
  for (let excess = widthOf(widths) - width; excess > 0; excess--) {
    const spare = widths.map((each, i) => (each > (fewest[i] as number) ? each : 0));
    const widest = spare.indexOf(Math.max(...spare));
    widths[widest] = (widths[widest] as number) - 1;
  }
  return widths;
}

function setTable(all: readonly (readonly Cell[])[]): string {
  const widths = naturalWidths(all);
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join(GAP)
      .trimEnd();
  const [header = [], ...rows] = all;
  const rule = widths.map((width) => '-'.repeat(width)).join(GAP);
  return [...linesOf(header).map(line), rule, ...rows.flatMap((row) => linesOf(row).map(line))].join('\n');
}

function linesOf(row: readonly Cell[]): string[][] {
  const height = Math.max(1, ...row.map((cell) => cell.length));
  return Array.from({ length: height }, (_, i) => row.map((cell) => cell[i] ?? ''));
}

function setRecords(header: readonly string[], rows: readonly (readonly Cell[])[], width: number): string {
  const titles = Math.max(...header.map((title) => title.length));
  const field = (cell: Cell, column: number) =>
    cell
      .flatMap((line) => wrap(line, width - titles - GAP.length))
      .map((line, i) =>
        `${(i === 0 ? (header[column] as string) : '').padEnd(titles)}${GAP}${line}`.trimEnd(),
      );
  return rows.map((row) => row.flatMap(field).join('\n')).join('\n\n');
}
