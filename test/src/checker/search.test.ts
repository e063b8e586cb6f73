import { expect, test } from 'vitest';
import { type Limits, makeLimits } from '../../../src/checker/limits.ts';
import { loadModel } from '../../../src/checker/load-model.ts';
import type { ModelSource } from '../../../src/checker/model.ts';
import { search } from '../../../src/checker/search.ts';
import { naive } from './naive.ts';
import { follow, NO_LIMITS, toy } from './support.ts';

/** What a sequential search finds, and what the naive one does. */
async function both(source: ModelSource, symmetry: boolean, maxStates: number) {
  const limits = { ...NO_LIMITS, maxStates };
  const { states, transitions, depth, complete, stoppedBy, found, fired } = await search({
    source,
    symmetry,
    workers: 1,
    limits,
  });
  const expected = naive(await loadModel(source), symmetry, maxStates);
  return { expected, actual: { states, transitions, depth, complete, stoppedBy, found, fired } };
}

const CASES = [
  { toy: 'counters', counters: 1, top: 0 },
  { toy: 'counters', counters: 2, top: 40, goal: 0 },
  { toy: 'counters', counters: 3, top: 9, goal: 13 },
  { toy: 'counters', counters: 3, top: 9, goal: 13, ends: true },
  { toy: 'counters', counters: 5, top: 4, goal: 20 },
  { toy: 'counters', counters: 4, top: 0, goal: 0, ends: true },
  { toy: 'puzzle', rows: 2 },
  { toy: 'puzzle', rows: 2, wanted: [5, 4], ends: true },
  { toy: 'ring', cells: 5, most: 4, goal: [2, 0, 2, 0, 0] },
  { toy: 'graph', size: 5000, words: 1, goals: [17, 4000] },
  { toy: 'graph', size: 3000, words: 2, events: 300, goals: [17, 4000, 2999] },
  { toy: 'graph', size: 20000, words: 4, goals: [17, 4000], ends: true },
];

test.each(CASES)('finds what the naive search does: %j', async (data) => {
  for (const maxStates of [Number.POSITIVE_INFINITY, 1, 2, 7, 100, 1000]) {
    const { actual, expected } = await both(toy(data), false, maxStates);
    expect(actual).toEqual(expected);
  }
});

test('ends with the last state as a limit exactly as before it', async () => {
  const source = toy({ toy: 'counters', counters: 2, top: 3 });
  const { actual, expected } = await both(source, false, 16);
  expect(actual).toEqual(expected);
  expect(actual).toMatchObject({ states: 16, complete: false, stoppedBy: 'states' });
});

test('a complete search knows the counts of a puzzle', async () => {
  const { actual } = await both(toy({ toy: 'puzzle', rows: 2 }), false, Number.POSITIVE_INFINITY);
  expect(actual).toMatchObject({ states: 360, depth: 21, complete: true });
});

test.each([
  { toy: 'ring', cells: 6, most: 5, goal: [2, 0, 3, 0, 0, 0] },
  { toy: 'ring', cells: 7, most: 4, goal: [1, 1, 0, 1, 0, 1, 0], ends: true },
])('with symmetry: fewer states, and traces that the model itself follows: %j', async (data) => {
  const source = toy(data);
  const model = await loadModel(source);
  const all = await search({ source, symmetry: false, workers: 1, limits: NO_LIMITS });
  const { actual, expected } = await both(source, true, Number.POSITIVE_INFINITY);
  expect({ ...actual, found: [] }).toEqual({ ...expected, found: [] });
  expect(actual.states).toBeLessThan(all.states / 2);
  expect(actual.found.map(({ goal, trace }) => [goal, trace.length])).toEqual(
    expected.found.map(({ goal, trace }) => [goal, trace.length]),
  );
  expect(actual.found.map(({ goal }) => goal).sort()).toEqual(all.found.map(({ goal }) => goal).sort());
  for (const { goal, trace } of actual.found) {
    expect(follow(model, trace) & (1 << goal)).not.toBe(0);
  }
});

test('notes what the steps exercise', async () => {
  const source = toy({ toy: 'counters', counters: 2, top: 3 });
  const { noted } = await search({ source, symmetry: false, workers: 1, limits: NO_LIMITS });
  expect(noted).toEqual([3]);
});

test('stops by time, by a signal, and by memory', async () => {
  const source = toy({ toy: 'graph', size: 3_000_000 });
  const unlimited = { maxStates: Number.POSITIVE_INFINITY, maxMemory: 1 << 28, maxSeconds: 1000 };
  const go = (limits: Limits) => search({ source, symmetry: false, workers: 1, limits });
  const { signal } = new AbortController();

  const late = await go(makeLimits({ ...unlimited, maxSeconds: 0.01 }, signal));
  expect(late).toMatchObject({ complete: false, stoppedBy: 'time' });

  const interrupted = await go(makeLimits(unlimited, AbortSignal.abort()));
  expect(interrupted).toMatchObject({ complete: false, stoppedBy: 'interrupt' });

  const maxMemory = 16 << 20;
  const full = await go(makeLimits({ ...unlimited, maxMemory }, signal));
  expect(full).toMatchObject({ complete: false, stoppedBy: 'memory' });
  expect(full.bytes).toBeLessThan(maxMemory * 1.1);
  expect(full.states).toBeGreaterThan(maxMemory / 40);
});

test('stops by memory before the first look at the limits', async () => {
  const source = toy({ toy: 'graph', size: 3_000_000 });
  const limits = { ...NO_LIMITS, maxMemory: 1 << 18 };
  const result = await search({ source, symmetry: false, workers: 1, limits });
  expect(result).toMatchObject({ complete: false, stoppedBy: 'memory' });
  expect(result.transitions).toBeLessThan(50_000);
});

test('tells of its progress', async () => {
  const source = toy({ toy: 'graph', size: 100_000 });
  const seen: number[] = [];
  const result = await search({
    source,
    symmetry: false,
    workers: 1,
    limits: NO_LIMITS,
    onProgress: ({ states, transitions, frontier, depth }) => {
      seen.push(states);
      expect(transitions).toBeGreaterThan(states - frontier);
      expect(depth).toBeGreaterThan(0);
    },
  });
  expect(seen.length).toBeGreaterThan(5);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(seen.at(-1)).toBeLessThanOrEqual(result.states);
});
