import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { FactExploration } from '../../../src/checker/fact-exploration.ts';
import type { Limits } from '../../../src/checker/limits.ts';
import { loadModel } from '../../../src/checker/load-model.ts';
import type { Model, ModelSource } from '../../../src/checker/model.ts';
import { Random } from '../../../src/checker/random.ts';
import type { SearchResult } from '../../../src/checker/result.ts';
import { type SearchInput, search } from '../../../src/checker/search.ts';
import { simulate } from '../../../src/checker/simulate.ts';
import { builtSearch } from './built.ts';
import { type Product, product, quotient } from './product.ts';
import { follow, NO_LIMITS as NONE, temporaryFolder, toy } from './support.ts';

/** Little memory, because each of the many searches reserves it anew. */
const NO_LIMITS: Limits = { ...NONE, maxMemory: 1 << 23 };

/** What a toy that keeps facts is made from. */
interface Toy {
  readonly toy: string;
  readonly values: number;
}

/** A toy of up to so many nodes, made by a seed, which has goals of every kind. */
function random(
  seed: number,
  nodes: number,
  more: { readonly size?: number; readonly [name: string]: unknown } = {},
): Toy {
  const draw = new Random(seed);
  const size = more.size ?? 2 + draw.below(nodes);
  const groups = 1 + draw.below(14);
  const values = 2 + draw.below(3);
  const events = 2 + draw.below(5);
  const list = (length: number, of: (() => number)[]) =>
    Array.from({ length }, () => of.map((next) => next()));
  const node = () => draw.below(size);
  const group = () => draw.below(groups + 1) - 1;
  const value = () => draw.below(values);
  return {
    toy: 'facts',
    seed,
    size,
    events,
    groups,
    values,
    words: 1 + draw.below(3),
    expands: draw.below(2) === 1,
    goals: list(8, [node, group, value]),
    steps: list(8, [node, () => draw.below(events), group, value]),
    nodes: list(2, [node]).flat(),
    ...more,
  } as Toy;
}

function go(source: ModelSource, more: Partial<SearchInput> = {}): Promise<SearchResult> {
  return search({ source, symmetry: false, workers: 1, limits: NO_LIMITS, ...more });
}

/** What must not depend on how a search came about. */
function lasting({ bytes, expansions, ...rest }: SearchResult): Omit<SearchResult, 'bytes' | 'expansions'> {
  expect(bytes).toBeGreaterThan(0);
  expect(expansions).toBeGreaterThan(0);
  return rest;
}

/** Holds a complete result against the product of states and facts. */
function compare(result: SearchResult, expected: Product, model: Model): void {
  const { states, transitions, depth, facts, fired, found } = result;
  const lengths = new Map(found.map(({ goal, trace }) => [goal, trace.length]));
  expect({ states, transitions, depth, facts, fired: [...fired], lengths }).toEqual(expected);
  expect(result).toMatchObject({ complete: true, stoppedBy: null, untraced: [] });
  expect([...lengths.values()]).toEqual([...lengths.values()].sort((a, b) => a - b));
  for (const { goal, trace } of found) expect(follow(model, trace) & (1 << goal)).not.toBe(0);
}

const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);

test('finds the states, facts and shortest traces that the product has', async () => {
  const seen = { again: 0, found: 0, missed: 0 };
  for (const seed of SEEDS) {
    const data = random(seed, seed % 4 === 0 ? 3000 : 60);
    const model = await loadModel(toy(data));
    const result = await go(toy(data));
    compare(result, product(model, data.values), model);
    if (result.expansions > result.states) seen.again++;
    seen.found += result.found.length;
    seen.missed += model.goals.length - result.found.length;
  }
  // Of little worth without each of these.
  expect(seen.again).toBeGreaterThan(SEEDS.length / 2);
  expect(seen.found).toBeGreaterThan(SEEDS.length * 3);
  expect(seen.missed).toBeGreaterThan(SEEDS.length);
});

test('what a model adds to the facts of its states spares expansions', async () => {
  const counts = { plain: 0, expands: 0 };
  for (const seed of [1, 2, 3]) {
    const plain = await go(toy(random(seed, 3000, { size: 2000, values: 4, expands: false })));
    const expands = await go(toy(random(seed, 3000, { size: 2000, values: 4, expands: true })));
    expect(lasting(expands)).toEqual(lasting(plain));
    counts.plain += plain.expansions;
    counts.expands += expands.expansions;
  }
  expect(counts.expands).toBeLessThan(0.97 * counts.plain);
});

test('an exact exploration knows the lengths of shortest traces, and another does not', async () => {
  let unlike = 0;
  for (const seed of SEEDS.slice(0, 12)) {
    // All of a small level is expanded at a time, and then there is no difference.
    const data = random(seed, seed % 3 === 0 ? 3000 : 60);
    const { lengths, ...counts } = product(await loadModel(toy(data)), data.values);
    const explored = await Promise.all(
      [true, false].map(async (exact) => {
        const exploration = new FactExploration({
          model: await loadModel(toy(data)),
          symmetry: null,
          maxStates: Number.POSITIVE_INFINITY,
          maxBytes: NO_LIMITS.maxMemory,
          shared: false,
          until: 0,
          exact,
        });
        exploration.begin();
        while (exploration.outcome === 'open') exploration.run(7);
        const { states, transitions, depth, occurrences } = exploration;
        expect({ states, transitions, depth }).toMatchObject({
          states: counts.states,
          transitions: counts.transitions,
          depth: counts.depth,
        });
        return new Map(occurrences.map(({ goal, length }) => [goal, length]));
      }),
    );
    expect(explored[0]).toEqual(lengths);
    expect([...(explored[1]?.keys() ?? [])].sort()).toEqual([...lengths.keys()].sort());
    if ([...lengths].some(([goal, length]) => explored[1]?.get(goal) !== length)) unlike++;
  }
  expect(unlike).toBeGreaterThan(0);
});

/** A toy in which one of the goals that need facts ends the search. */
async function ending(seed: number, nodes: number) {
  const whole = random(seed, nodes);
  const { lengths } = product(await loadModel(toy(whole)), whole.values);
  const [ends] = [...lengths].filter(([goal, length]) => goal < 16 && length > 1).map(([i]) => i);
  return ends === undefined ? null : { source: toy({ ...whole, ends }), ends, lengths };
}

test('a goal that ends the search has a shortest trace, and so has all that comes before', async () => {
  let ended = 0;
  for (const seed of SEEDS) {
    const case_ = await ending(seed, 60);
    if (case_ === null) continue;
    ended++;
    const { source, ends, lengths } = case_;
    const result = await go(source);
    expect(result).toMatchObject({ complete: false, stoppedBy: null, untraced: [] });
    const last = lengths.get(ends) as number;
    expect(result.found.find(({ goal }) => goal === ends)?.trace).toHaveLength(last);
    for (const [goal, length] of lengths) {
      const trace = result.found.find((found) => found.goal === goal)?.trace;
      if (length < last || trace !== undefined) expect(trace).toHaveLength(length);
    }
    for (const { trace } of result.found) expect(trace.length).toBeLessThanOrEqual(last);
  }
  expect(ended).toBeGreaterThan(SEEDS.length / 3);
});

test('a search stopped at any point ends as one never stopped', async () => {
  const file = join(temporaryFolder(), 'a');
  for (const seed of SEEDS.slice(0, 2)) {
    const source = toy(random(seed, 3000, seed % 2 === 0 ? { size: 3000 } : {}));
    const whole = await go(source);
    const draw = new Random(seed);
    let most = 1;
    let result = await go(source, { limits: { ...NO_LIMITS, maxStates: most }, checkpoint: file });
    for (let runs = 1; result.stoppedBy !== null; runs++) {
      most = result.states + 1 + draw.below(1 + whole.states / 4);
      let looks = 1 + draw.below(3);
      const limits = {
        ...NO_LIMITS,
        maxStates: runs % 3 === 0 ? most : Number.POSITIVE_INFINITY,
        reached: async () => (looks-- === 0 && runs < 50 ? ('interrupt' as const) : null),
      };
      result = await go(source, { limits, checkpoint: file, resume: file });
    }
    // The last stop was of the search for traces.
    if (result.untraced.length > 0) result = await go(source, { resume: file });
    expect(lasting(result)).toEqual(lasting(whole));
  }
});

test('a limit of states is not exceeded by much', async () => {
  const source = toy(random(3, 1, { size: 20_000 }));
  for (const maxStates of [1, 100, 7777]) {
    const result = await go(source, { limits: { ...NO_LIMITS, maxStates } });
    expect(result).toMatchObject({ complete: false, stoppedBy: 'states' });
    expect(result.states).toBeGreaterThanOrEqual(maxStates);
    expect(result.states).toBeLessThan(maxStates + 2048);
  }
});

test('a limit of time leaves goals without their traces', async () => {
  const source = toy(random(3, 1, { size: 4000 }));
  let looks = 0;
  const count = async () => {
    looks++;
    return null;
  };
  const whole = await go(source, { limits: { ...NO_LIMITS, reached: count } });
  for (const share of [0.4, 0.6, 0.8, 0.95]) {
    let left = Math.floor(looks * share);
    const limits = { ...NO_LIMITS, reached: async () => (left-- <= 0 ? ('time' as const) : null) };
    const result = await go(source, { limits });
    const all = [...result.found.map(({ goal }) => goal), ...result.untraced].sort((a, b) => a - b);
    if (result.complete) expect(all).toEqual(whole.found.map(({ goal }) => goal).sort((a, b) => a - b));
    for (const found of result.found) expect(whole.found).toContainEqual(found);
  }
});

test.each([
  { cells: 4, most: 3 },
  { cells: 4, most: 4 },
  { cells: 6, most: 4 },
  { cells: 7, most: 5 },
])('with symmetry: fewer states, and the same shortest traces: %j', async (data) => {
  const source = toy({ toy: 'registers', ...data });
  const model = await loadModel(source);
  const all = await go(source);
  compare(all, product(model, 3), model);
  const renamed = await go(source, { symmetry: true });
  const { states, transitions, facts } = renamed;
  expect({ states, transitions, facts }).toEqual(quotient(model));
  expect(states).toBeLessThan(all.states / 2);
  const lengths = ({ found }: SearchResult) => found.map(({ goal, trace }) => [goal, trace.length]).sort();
  expect(lengths(all)).toHaveLength(2);
  expect(lengths(renamed)).toEqual(lengths(all));
  for (const { goal, trace } of renamed.found) expect(follow(model, trace) & (1 << goal)).not.toBe(0);
});

test('a model that does not tell its facts apart is refused', async () => {
  const model = await loadModel(toy(random(1, 60)));
  const source = toy({});
  await expect(go(source, { model: { ...model, alone: undefined } })).rejects.toThrow('groups');
  await expect(go(source, { model: { ...model, count: undefined } })).rejects.toThrow('how many');
});

test('a goal that no group of facts shows alone is an error, not a result', async () => {
  const model = await loadModel(toy(random(1, 60)));
  const blind = (group: number): Model => ({ ...(model.alone?.model(group) as Model), inspect: () => 0 });
  const alone = { groups: model.alone?.groups ?? 0, model: blind };
  await expect(go(toy({}), { model: { ...model, alone } })).rejects.toThrow('no group');
});

test('a checkpoint of a model with other facts is refused', async () => {
  const file = join(temporaryFolder(), 'a');
  const model = await loadModel(toy(random(1, 1, { size: 5000 })));
  const limits = { ...NO_LIMITS, maxStates: 100 };
  await go(toy({}), { model, limits, checkpoint: file });
  const other = { ...model, facts: model.facts + 1, bufferWords: model.bufferWords + 1 };
  await expect(go(toy({}), { model: other, resume: file })).rejects.toThrow('another model');
});

test('walks carry the facts of one run', async () => {
  const data = random(3, 60);
  const model = await loadModel(toy(data));
  const { found } = await simulate({
    source: toy(data),
    seed: 1,
    walks: 300,
    length: 50,
    limits: NO_LIMITS,
  });
  const { lengths } = product(model, data.values);
  expect(found.length).toBeGreaterThan(3);
  for (const { goal, trace } of found) {
    expect(follow(model, trace) & (1 << goal)).not.toBe(0);
    expect(trace.length).toBeGreaterThanOrEqual(lengths.get(goal) ?? Number.POSITIVE_INFINITY);
  }
});

describe('worker threads', () => {
  let built: typeof search;
  beforeAll(async () => {
    built = await builtSearch();
  });
  const together = (source: ModelSource, workers: number, more: Partial<SearchInput> = {}) =>
    built({ source, symmetry: false, workers, limits: NO_LIMITS, handOver: 20, ...more });

  const LARGE = [4, 6].map((seed) => random(seed, 1, { size: 5000 }));

  test.each(LARGE)('any number gives the same: %j', async (data) => {
    const alone = await go(toy(data));
    for (const workers of [2, 3]) {
      const result = await together(toy(data), workers);
      expect(lasting(result)).toEqual(lasting(alone));
      expect(result.expansions).toBeGreaterThan(result.states);
    }
  });

  test('a small space, where threads often meet in a state, gives the same', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const source = toy(random(seed, 1, { size: 700, values: 4, groups: 20, spin: 20 }));
      const alone = await go(source);
      expect(lasting(await together(source, 3))).toEqual(lasting(alone));
    }
  });

  test('any number gives the same when a goal ends the search', async () => {
    for (const seed of [3, 6, 9]) {
      const case_ = await ending(seed, 3000);
      if (case_ === null) continue;
      const alone = await go(case_.source);
      expect(lasting(await together(case_.source, 2))).toEqual(lasting(alone));
    }
  });

  test('any number gives the same with symmetry', async () => {
    const source = toy({ toy: 'registers', cells: 9, most: 6 });
    const alone = await go(source, { symmetry: true });
    expect(lasting(await together(source, 2, { symmetry: true }))).toEqual(lasting(alone));
  });

  test('one thread goes on where several were stopped, and the other way about', async () => {
    const file = join(temporaryFolder(), 'a');
    const source = toy(random(6, 1, { size: 4000, spin: 200 }));
    const alone = await go(source);
    /** Has a search stopped soon after so many states were found or expanded again. */
    const stop = (looks: number): Partial<SearchInput> => {
      let left = looks;
      const reached = async () => (left-- <= 0 ? ('interrupt' as const) : null);
      return { limits: { ...NO_LIMITS, reached }, checkpoint: file };
    };
    let result = await together(source, 3, stop(5));
    expect(result).toMatchObject({ complete: false, stoppedBy: 'interrupt' });
    let stops = 1;
    for (let runs = 1; result.stoppedBy !== null && runs < 30; runs++) {
      const workers = runs % 2 === 0 ? 2 : 1;
      result = await together(source, workers, { ...stop(workers === 1 ? 1 : 4), resume: file });
      stops++;
    }
    expect(stops).toBeGreaterThan(2);
    if (result.stoppedBy !== null) result = await together(source, 2, { resume: file });
    expect(lasting(await together(source, 2, { resume: file }))).toEqual(lasting(alone));
    expect(lasting(await go(source, { resume: file }))).toEqual(lasting(alone));
  });
});
