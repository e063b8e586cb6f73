import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { UPDATE_PINS } from '../../pins.ts';
import { ASKED, COLUMNS, explore, type Line } from './entry.ts';

/** Holds what each search of a table explores and finds against its line. */
export function testTable(file: URL): void {
  const lines = read(file);
  const found = [...lines];
  if (UPDATE_PINS) afterAll(() => write(file, found));
  describe('each search explores and finds exactly what its line says', () => {
    it.each(lines.map((line, i) => [nameOf(line), line, i] as const))('%s', async (_, line, i) => {
      const now = await explore(line);
      found[i] = now;
      if (!UPDATE_PINS) expect({ ...now, seconds: line.seconds }).toEqual(line);
    });
  });
}

/** A line that says which search it is. */
function nameOf(line: Line): string {
  return ASKED.map((column) => line[column])
    .filter((text) => text !== '')
    .join(', ');
}

/** The lines of a table of columns parted by `|`, below its heading. */
function read(file: URL): Line[] {
  const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    return Object.fromEntries(COLUMNS.map((column, i) => [column, cells[i] ?? ''])) as Line;
  });
}

function write(file: URL, lines: readonly Line[]): void {
  const heading = Object.fromEntries(COLUMNS.map((column) => [column, column])) as Line;
  const rows = [heading, ...lines];
  const widths = COLUMNS.map((column) => Math.max(...rows.map((row) => row[column].length)));
  const isNumber = (column: string) =>
    ['states', 'facts', 'transitions', 'depth', 'seconds'].includes(column);
  const pad = (row: Line, column: (typeof COLUMNS)[number], i: number) =>
    isNumber(column) ? row[column].padStart(widths[i] ?? 0) : row[column].padEnd(widths[i] ?? 0);
  const texts = rows.map((row) =>
    COLUMNS.map((column, i) => pad(row, column, i))
      .join(' | ')
      .trimEnd(),
  );
  writeFileSync(file, `${texts.join('\n')}\n`);
}
