import { expect, test } from 'vitest';
import { makeLimits } from '../../../src/checker/limits.ts';
import { loadModel } from '../../../src/checker/load-model.ts';
import { type Model, REFUSED } from '../../../src/checker/model.ts';
import { Random } from '../../../src/checker/random.ts';
import { shrink } from '../../../src/checker/shrink.ts';
import { simulate } from '../../../src/checker/simulate.ts';
import { naive } from './naive.ts';
import { NO_LIMITS, toy } from './support.ts';

/** Follows a trace; the masks of its last step and state together, or null where an event is refused. */
function follow(model: Model, trace: readonly number[]): number | null {
  const buffer = new Int32Array(model.bufferWords);
  model.initial(buffer);
  let mask = 0;
  for (const event of trace) {
    mask = model.step(buffer, event, -1);
    if ((mask & REFUSED) !== 0) return null;
  }
  return mask | model.inspect(buffer, -1);
}

const SOURCE = toy({ toy: 'counters', counters: 3, top: 6, goal: 9 });

test('the same seed walks the same, another does not', async () => {
  const go = (seed: number) => simulate({ source: SOURCE, seed, walks: 40, length: 100, limits: NO_LIMITS });
  const first = await go(7);
  expect(first).toEqual(await go(7));
  expect(first.fired).not.toEqual((await go(8)).fired);
  expect(first).toMatchObject({ walks: 40, steps: 4000, stoppedBy: null, noted: [3] });
  expect(first.fired.reduce((sum, n) => sum + n)).toBe(4000);
});

test('traces are followed without a refusal, end with their goal, and no event can be left out', async () => {
  const model = await loadModel(SOURCE);
  const { found } = await simulate({ source: SOURCE, seed: 1, walks: 2000, length: 200, limits: NO_LIMITS });
  expect(found.map(({ goal }) => goal).sort()).toEqual([0, 1]);
  for (const { goal, trace } of found) {
    expect((follow(model, trace) ?? 0) & (1 << goal)).not.toBe(0);
    for (let i = 0; i < trace.length; i++) {
      const rest = trace.filter((_, k) => k !== i);
      expect((follow(model, rest) ?? 0) & (1 << goal)).toBe(0);
    }
  }
  const shortest = naive(model).found;
  expect(found.find(({ goal }) => goal === 0)?.trace).toHaveLength(9);
  expect(shortest.find(({ goal }) => goal === 0)?.trace).toHaveLength(9);
});

test('shrinking leaves out all that it can, refused events too', async () => {
  const model = await loadModel(SOURCE);
  const junk = [0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 1, 3, 2, 1, 0, 1, 2, 0, 2, 1, 2, 0, 0, 2, 1];
  const trace = shrink(model, junk, 0);
  expect(trace).toHaveLength(9);
  expect((follow(model, trace) ?? 0) & 1).toBe(1);
});

test('only what the walks exercise is noted, not what shrinking does', async () => {
  const noted = new Int32Array(1);
  const model: Model = {
    identity: 'events in two states',
    words: 1,
    facts: 0,
    bufferWords: 1,
    events: 2,
    goals: [{ name: 'event 1', kind: 'always', ends: true }],
    notes: ['event 0 first', 'event 1 first', 'event 0 later', 'event 1 later'],
    noted,
    initial: (b) => b.fill(1),
    step: (b, event) => {
      (noted[0] as number) |= 1 << (event + (b[0] === 1 ? 0 : 2));
      b[0] = 2;
      return event;
    },
    inspect: () => 0,
    symmetry: () => null,
  };
  const go = (seed: number) =>
    simulate({ model, source: SOURCE, seed, walks: 1, length: 9, limits: NO_LIMITS });
  const results = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8, 9].map(go));
  const shrunk = results.filter(({ steps }) => steps > 1);
  expect(shrunk.length).toBeGreaterThan(0);
  for (const result of shrunk) {
    expect(result.found).toEqual([{ goal: 0, trace: [1] }]);
    expect((result.noted[0] as number) & 2).toBe(0);
  }
});

test('a goal of the initial state has no events', async () => {
  const source = toy({ toy: 'counters', counters: 2, top: 3, goal: 0, ends: true });
  const result = await simulate({ source, seed: 1, walks: 9, length: 9, limits: NO_LIMITS });
  expect(result).toMatchObject({ found: [{ goal: 0, trace: [] }], steps: 0 });
});

test('a goal that ends a search ends the walks', async () => {
  const source = toy({ toy: 'graph', size: 50, goals: [3], ends: true });
  const result = await simulate({ source, seed: 1, walks: 1000, length: 100, limits: NO_LIMITS });
  expect(result.walks).toBeLessThan(100);
  expect(result.found).toHaveLength(1);
});

test('a walk ends where every event is refused', async () => {
  const source = toy({ toy: 'sink', length: 5 });
  const result = await simulate({ source, seed: 1, walks: 10, length: 100, limits: NO_LIMITS });
  expect(result).toMatchObject({ walks: 10, steps: 50 });
});

test('walks end by time and by a signal', async () => {
  const input = { source: SOURCE, seed: 1, walks: Number.POSITIVE_INFINITY, length: 1000 };
  const unlimited = { maxStates: 1, maxMemory: 1, maxSeconds: 1000 };
  const { signal } = new AbortController();
  const late = await simulate({ ...input, limits: makeLimits({ ...unlimited, maxSeconds: 0.01 }, signal) });
  expect(late.stoppedBy).toBe('time');
  const limits = makeLimits(unlimited, AbortSignal.abort());
  expect((await simulate({ ...input, limits })).stoppedBy).toBe('interrupt');
});

test('draws are even', () => {
  const random = new Random(5);
  const counts = [0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < 70_000; i++) (counts[random.below(7)] as number)++;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
});
