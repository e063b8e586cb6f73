import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Limits } from '../../../src/checker/limits.ts';
import type { ModelSource } from '../../../src/checker/model.ts';
import type { SearchResult } from '../../../src/checker/result.ts';
import type { SearchInput } from '../../../src/checker/search.ts';
import { builtSearch } from './built.ts';
import { NO_LIMITS, stopAt, temporaryFolder, toy } from './support.ts';

let search: (input: SearchInput) => Promise<SearchResult>;
beforeAll(async () => {
  search = await builtSearch();
});

/** Searches with so many workers, which take over early. */
function go(source: ModelSource, workers: number, more: Partial<SearchInput> = {}): Promise<SearchResult> {
  return search({ source, symmetry: false, workers, limits: NO_LIMITS, handOver: 500, ...more });
}

/** What must not depend on the number of workers. */
function lasting({ bytes, ...rest }: SearchResult): Omit<SearchResult, 'bytes'> {
  expect(bytes).toBeGreaterThan(0);
  return rest;
}

const CASES = [
  { toy: 'counters', counters: 4, top: 12, goal: 20 },
  { toy: 'counters', counters: 4, top: 12, goal: 30, ends: true },
  { toy: 'graph', size: 20_000, words: 3, goals: [17, 11_234, 999_999] },
  { toy: 'graph', size: 50_000, words: 1, events: 3, goals: [5, 6] },
  { toy: 'graph', size: 4000, words: 2, events: 300, goals: [3] },
  { toy: 'puzzle', rows: 3, wanted: [8, 7, 6] },
];

test.each(CASES)('any number of workers gives the same: %j', async (data) => {
  const alone = await go(toy(data), 1);
  for (const workers of [2, 5]) expect(lasting(await go(toy(data), workers))).toEqual(lasting(alone));
});

test('any number of workers gives the same with symmetry', async () => {
  const source = toy({ toy: 'ring', cells: 7, most: 8, goal: [2, 0, 2, 1, 0, 2, 0] });
  const alone = await go(source, 1, { symmetry: true });
  for (const workers of [2, 3])
    expect(lasting(await go(source, workers, { symmetry: true }))).toEqual(lasting(alone));
});

test('a limit of states gives the same with any number of workers', async () => {
  const source = toy({ toy: 'graph', size: 70_000, goals: [5, 6] });
  const limits = { ...NO_LIMITS, maxStates: 20_000 };
  expect(lasting(await go(source, 3, { limits }))).toEqual(lasting(await go(source, 1, { limits })));
});

const STOPPABLE = toy({ toy: 'graph', size: 60_000, words: 3, goals: [17, 41_234, 999_999], spin: 150 });

/** Has a search stopped soon after it has so many states. */
function stopSoonAfter(states: number): Pick<SearchInput, 'limits' | 'onProgress'> {
  let reached = false;
  return {
    limits: { ...NO_LIMITS, reached: async () => (reached ? 'interrupt' : null) },
    onProgress: (progress) => {
      reached = progress.states >= states;
    },
  };
}

test.each([
  ['within a level', STOPPABLE],
  ['at the end of a level', toy({ toy: 'counters', counters: 3, top: 30, goal: 50, spin: 1000 })],
])('workers stopped %s leave a checkpoint that any number of workers ends from', async (_, source) => {
  const alone = await go(source, 1);
  const file = join(temporaryFolder(), 'a');
  const stopped = await go(source, 3, { ...stopSoonAfter(1000), checkpoint: file });
  expect(stopped).toMatchObject({ complete: false, stoppedBy: 'interrupt' });
  const more = { ...stopSoonAfter(stopped.states + 1000), checkpoint: file, resume: file };
  const again = await go(source, 2, more);
  expect(again).toMatchObject({ complete: false, stoppedBy: 'interrupt' });
  expect(again.states).toBeGreaterThan(stopped.states);
  for (const workers of [1, 2, 3])
    expect(lasting(await go(source, workers, { resume: file }))).toEqual(lasting(alone));
});

test('one thread goes on where several were, and the other way about', async () => {
  const file = join(temporaryFolder(), 'a');
  const alone = await go(STOPPABLE, 1);
  await go(STOPPABLE, 2, { ...stopSoonAfter(5000), checkpoint: file });
  await go(STOPPABLE, 1, { limits: stopAt(1), checkpoint: file, resume: file });
  expect(lasting(await go(STOPPABLE, 2, { resume: file }))).toEqual(lasting(alone));
  await go(STOPPABLE, 1, { ...stopSoonAfter(20_000), checkpoint: file });
  expect(lasting(await go(STOPPABLE, 3, { resume: file }))).toEqual(lasting(alone));
  const limits: Limits = { ...NO_LIMITS, maxStates: 33_333 };
  await go(STOPPABLE, 1, { limits, checkpoint: file });
  expect(lasting(await go(STOPPABLE, 2, { resume: file }))).toEqual(lasting(alone));
});

test('workers stop by memory', async () => {
  const source = toy({ toy: 'graph', size: 3_000_000 });
  const limits = { ...NO_LIMITS, maxMemory: 24 << 20 };
  const result = await go(source, 2, { limits });
  expect(result).toMatchObject({ complete: false, stoppedBy: 'memory' });
  expect(result.bytes).toBeLessThan(limits.maxMemory);
  expect(result.states).toBeGreaterThan(limits.maxMemory / 60);
});

test('tells of its progress', async () => {
  const seen: number[] = [];
  const result = await go(STOPPABLE, 2, { onProgress: ({ states }) => seen.push(states) });
  expect(seen.length).toBeGreaterThan(5);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(seen.at(-1)).toBeLessThanOrEqual(result.states);
});

test('a worker that fails ends the search', async () => {
  const source = toy({ toy: 'graph', size: 70_000, failsAt: 50_000 });
  await expect(go(source, 3)).rejects.toThrow('node 50000');
});

test('a worker that ends without a word ends the search', async () => {
  const source = toy({ toy: 'graph', size: 300_000, exitsAt: 123_456 });
  await expect(go(source, 2)).rejects.toThrow('a worker thread ended with code 7 before its search did');
});
