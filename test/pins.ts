import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import {
  afterAll,
  describe,
  expect,
  type RunnerTestFile as File,
  it,
  type RunnerTestSuite as Suite,
} from 'vitest';

/**
 * Whether to write what is found, to be reviewed as a diff: `UPDATE_PINS=1 npx vitest run FILE`, with `--config
 * test/vitest.exhaustive.config.ts` for an exhaustive one. `UPDATE_PINS=some` keeps what is not found again, for a
 * run of some tests of a file (`-t NAME`).
 */
export const UPDATE_PINS = process.env.UPDATE_PINS !== undefined;

/** Writes what is pinned. */
export function writePins(file: URL, pins: unknown): void {
  writeFileSync(file, `${JSON.stringify(pins, null, 2)}\n`);
}

/** Whether every test of a file was run, and passed. */
function isWhole({ tasks }: Readonly<Suite | File>): boolean {
  return tasks.every((task) => (task.type === 'suite' ? isWhole(task) : task.result?.state === 'pass'));
}

/** Holds what is found under a name against a file, which has nothing that is not found. */
export function pins(file: URL): (name: string, found: unknown) => void {
  const pinned: Record<string, unknown> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const all: Record<string, unknown> = process.env.UPDATE_PINS === 'some' ? { ...pinned } : {};
  // biome-ignore lint/correctness/noEmptyPattern: vitest takes nothing else for the first argument
  afterAll(({}, suite) => {
    if (UPDATE_PINS) writePins(file, all);
    else if (isWhole(suite)) expect(Object.keys(all).sort()).toEqual(Object.keys(pinned).sort());
  });
  return (name, found) => {
    all[name] = found;
    if (UPDATE_PINS) return;
    expect(pinned).toHaveProperty([name]);
    expect([name, found]).toEqual([name, pinned[name]]);
  };
}

/**
 * Holds what is found against `pins/NAME.json` beside the test NAME.ts.
 *
 * @param test import.meta.url of the test
 */
export function pinsBeside(test: string): (name: string, found: unknown) => void {
  return pins(new URL(`./pins/${basename(test).replace(/\.ts$/, '.json')}`, test));
}

/** How entries of one kind are tested. */
export interface Entries<E> {
  /** What is true of each. */
  readonly title: string;
  readonly nameOf: (entry: E) => string;
  /** What an entry comes to, as `found` has it. */
  readonly find: (entry: E) => Promise<unknown>;
}

/** Holds what each entry of a file comes to against its `found`. */
export function testEntries<E extends { readonly found?: unknown }>(
  file: URL,
  { title, nameOf, find }: Entries<E>,
): void {
  const entries: readonly E[] = JSON.parse(readFileSync(file, 'utf8'));
  const updated = [...entries];
  if (UPDATE_PINS) afterAll(() => writePins(file, updated));
  describe(title, () => {
    it.each(entries.map((entry, i) => [nameOf(entry), entry, i] as const))('%s', async (_, entry, i) => {
      const found = await find(entry);
      updated[i] = { ...entry, found };
      if (!UPDATE_PINS) expect(found).toEqual(entry.found);
    });
  });
}
