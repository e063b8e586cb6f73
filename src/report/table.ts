/** A cell: its lines. */
export type Cell = readonly string[];

const GAP = '  ';

/**
 * Sets a table in columns as wide as their widest line. Cells of several lines make the row as high as the
 * highest.
 */
export function formatTable(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const widths = header.map((title, column) =>
    rows
      .flatMap((row) => row[column] ?? [])
      .reduce((most, line) => Math.max(most, line.length), title.length),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join(GAP)
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join(GAP);
  return [line(header), rule, ...rows.flatMap((row) => linesOf(row).map(line))].join('\n');
}

function linesOf(row: readonly Cell[]): string[][] {
  const height = Math.max(1, ...row.map((cell) => cell.length));
  return Array.from({ length: height }, (_, i) => row.map((cell) => cell[i] ?? ''));
}
