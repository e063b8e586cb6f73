import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CheckpointError } from '../../../src/checker/checkpoint-error.ts';
import type { Limits } from '../../../src/checker/limits.ts';
import type { ModelSource } from '../../../src/checker/model.ts';
import type { SearchResult } from '../../../src/checker/result.ts';
import { search } from '../../../src/checker/search.ts';
import { NO_LIMITS, stopAt, temporaryFolder, toy } from './support.ts';

/** A search with a checkpoint, and whether it has another to resume from. */
function go(source: ModelSource, limits: Limits, checkpoint: string, resume?: string, symmetry = false) {
  return search({ source, symmetry, workers: 1, limits, checkpoint, ...(resume && { resume }) });
}

/** What must not depend on stops. */
function lasting({ bytes, ...rest }: SearchResult): Omit<SearchResult, 'bytes'> {
  expect(bytes).toBeGreaterThan(0);
  return rest;
}

/** Stops a search again and again until it ends, in as many runs as it takes. */
async function inPieces(source: ModelSource, symmetry: boolean, limitsOf: (run: number) => Limits) {
  const file = join(temporaryFolder(), 'search.checkpoint');
  let result = await go(source, limitsOf(1), file, undefined, symmetry);
  let runs = 1;
  for (; result.stoppedBy !== null; runs++)
    result = await go(source, limitsOf(runs + 1), file, file, symmetry);
  return { result, runs };
}

const CASES = [
  { toy: 'graph', size: 60_000, words: 3, goals: [17, 41_234, 999_999] },
  { toy: 'graph', size: 60_000, words: 2, goals: [31_337, 2], ends: true },
  { toy: 'graph', size: 2000, words: 1, events: 300, goals: [3] },
  { toy: 'counters', counters: 4, top: 14, goal: 41 },
];

test.each(CASES)('a search stopped by signals ends as one never stopped: %j', async (data) => {
  const whole = await search({ source: toy(data), symmetry: false, workers: 1, limits: NO_LIMITS });
  const { result, runs } = await inPieces(toy(data), false, () => stopAt(4));
  expect(runs).toBeGreaterThan(1);
  expect(lasting(result)).toEqual(lasting(whole));
});

test.each([...CASES, { toy: 'puzzle', rows: 2, wanted: [5, 4, 3] }])(
  'a search stopped by numbers of states ends as one never stopped: %j',
  async (data) => {
    const whole = await search({ source: toy(data), symmetry: false, workers: 1, limits: NO_LIMITS });
    const { result, runs } = await inPieces(toy(data), false, (run) => ({
      ...NO_LIMITS,
      maxStates: Math.ceil((whole.states / 7) * run) + 1,
    }));
    expect(runs).toBeGreaterThan(3);
    expect(lasting(result)).toEqual(lasting(whole));
  },
);

test('a limit of states gives the same, in one run and resumed from any before it', async () => {
  const source = toy({ toy: 'graph', size: 1000, events: 9, goals: [5, 7] });
  const file = join(temporaryFolder(), 'a');
  const limits = (maxStates: number) => ({ ...NO_LIMITS, maxStates });
  const whole = await go(source, limits(500), file);
  for (const before of [1, 2, 9, 77, 499, 500]) {
    await go(source, limits(before), file);
    expect(lasting(await go(source, limits(500), file, file))).toEqual(lasting(whole));
  }
});

test('a search with symmetry ends as one never stopped', async () => {
  const source = toy({ toy: 'ring', cells: 7, most: 6, goal: [2, 0, 2, 1, 0, 1, 0] });
  const whole = await search({ source, symmetry: true, workers: 1, limits: NO_LIMITS });
  const { result, runs } = await inPieces(source, true, (run) => ({ ...NO_LIMITS, maxStates: 31 * run }));
  expect(runs).toBeGreaterThan(3);
  expect(lasting(result)).toEqual(lasting(whole));
});

const SOURCE = toy({ toy: 'graph', size: 5000, goals: [4] });

/** A checkpoint of a search that was stopped. */
async function stopped(symmetry = false, source = SOURCE): Promise<string> {
  const file = join(temporaryFolder(), 'a.checkpoint');
  await go(source, { ...NO_LIMITS, maxStates: 100 }, file, undefined, symmetry);
  return file;
}

/** Why a search does not resume from a file. */
async function fault(file: string, source = SOURCE, symmetry = false, limits = NO_LIMITS) {
  const error: unknown = await go(source, limits, `${file}.next`, file, symmetry).then(
    () => null,
    (thrown) => thrown,
  );
  if (!(error instanceof CheckpointError)) throw error ?? new Error('it resumed');
  expect(error.message).toContain(file);
  return error.fault;
}

test('a file that ends anywhere is refused', async () => {
  const file = await stopped();
  const whole = readFileSync(file);
  for (const length of [0, 5, 8, 20, 24, 100, whole.length - 33, whole.length - 32, whole.length - 1]) {
    writeFileSync(file, whole);
    truncateSync(file, length);
    expect(await fault(file)).toBe('truncated');
  }
});

test('a file with any byte changed is refused', async () => {
  const file = await stopped();
  const whole = readFileSync(file);
  const faults = new Set<string>();
  for (let at = 0; at < whole.length; at += at < 24 ? 1 : 13) {
    const changed = Buffer.from(whole);
    (changed[at] as number) ^= 1 << (at % 8);
    writeFileSync(file, changed);
    faults.add(await fault(file));
  }
  expect([...faults].sort()).toEqual(['corrupted', 'foreign', 'truncated', 'version']);
  writeFileSync(file, Buffer.concat([whole, Buffer.from('x')]));
  expect(await fault(file)).toBe('corrupted');
});

test('a file of something else is refused', async () => {
  const file = await stopped();
  expect(await fault(file, toy({ toy: 'graph', size: 5001, goals: [4] }))).toBe('model');
  expect(await fault(`${file}.none`)).toBe('missing');
  writeFileSync(file, 'access u0\n');
  expect(await fault(file)).toBe('foreign');
  const ring = toy({ toy: 'ring', cells: 7, most: 6 });
  expect(await fault(await stopped(true, ring), ring, false)).toBe('symmetry');
  expect(await fault(await stopped(false, ring), ring, true)).toBe('symmetry');
});

test('a search that needs more memory than allowed is refused', async () => {
  const file = join(temporaryFolder(), 'a');
  const source = toy({ toy: 'graph', size: 60_000 });
  await go(source, { ...NO_LIMITS, maxStates: 50_000 }, file);
  expect(await fault(file, source, false, { ...NO_LIMITS, maxMemory: 1 << 18 })).toBe('memory');
});

test('a checkpoint that cannot be written leaves nothing', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'taken');
  mkdirSync(join(file, 'by a folder'), { recursive: true });
  await expect(go(SOURCE, { ...NO_LIMITS, maxStates: 100 }, file)).rejects.toThrow();
  expect(readdirSync(folder)).toEqual(['taken']);
});
