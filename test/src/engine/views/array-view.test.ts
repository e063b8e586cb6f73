import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrayView } from '../../../../src/engine/views/array-view.ts';

/** A view of what is kept in an array, and which elements were looked up. */
function viewOf<T>(kept: T[], known: readonly number[] = []) {
  const looked: number[] = [];
  const view = arrayView<T>(kept.length, {
    get: (i) => {
      looked.push(i);
      return kept[i] as T;
    },
    set: (i, value) => {
      kept[i] = value;
    },
    knows: (i) => known.includes(i),
  });
  return { view, looked };
}

const isEven = (value: number) => value % 2 === 0;

/** What a recipe may ask of an array. */
const QUESTIONS: Readonly<Record<string, (all: readonly number[]) => unknown>> = {
  length: (all) => all.length,
  'an element': (all) => [all[0], all[1], all[63], all.at(-1), all.at(0)],
  'a spread': (all) => [...all, ...all],
  destructuring: ([first, ...rest]) => ({ first, rest }),
  'for of': (all) => {
    const seen: number[] = [];
    for (const value of all) seen.push(value);
    return seen;
  },
  'Array.from': (all) => Array.from(all, (value, i) => value * i),
  entries: (all) => [...all.entries()],
  keys: (all) => [...all.keys()],
  values: (all) => [...all.values()],
  map: (all) => all.map((value, i, whole) => [value, i, whole.length]),
  'map without a parameter': (all) => all.map(() => null),
  forEach: (all) => {
    let sum = 0;
    all.forEach((value, i) => {
      sum += value * i;
    });
    return sum;
  },
  filter: (all) => all.filter(isEven),
  find: (all) => all.find(isEven),
  findIndex: (all) => all.findIndex(isEven),
  findLast: (all) => all.findLast(isEven),
  findLastIndex: (all) => all.findLastIndex(isEven),
  some: (all) => all.some(isEven),
  every: (all) => all.every(isEven),
  includes: (all) => [0, 1, 2, 3].map((value) => all.includes(value)),
  indexOf: (all) => [0, 1, 2, 3].map((value) => all.indexOf(value)),
  lastIndexOf: (all) => [0, 1, 2, 3].map((value) => all.lastIndexOf(value)),
  reduce: (all) => all.reduce((sum, value, i) => sum * 3 + value + i, 1),
  reduceRight: (all) => all.reduceRight((sum, value) => sum * 3 + value, 1),
  join: (all) => all.join('-'),
  'a string': (all) => `${all}`,
  concat: (all) => [[8].concat([...all]), [8].concat(all as number[]), all.concat([9])],
  slice: (all) => [all.slice(), all.slice(1), all.slice(-2), all.slice(0, 1)],
  flatMap: (all) => all.flatMap((value) => [value, value]),
  'flatMap to it': (all) => [1, 2].flatMap(() => all),
  'flat, of a list that has it': (all) => [all, [5]].flat(),
  toReversed: (all) => all.toReversed(),
  toSorted: (all) => all.toSorted((one, other) => one - other),
  toSpliced: (all) => all.toSpliced(0, 1, 5, 6),
  with: (all) => (all.length === 0 ? null : all.with(0, 5)),
  'Array.isArray': (all) => Array.isArray(all),
  'a Set of it': (all) => new Set(all),
  'a copy': (all) => structuredClone([...all]),
  JSON: (all) => JSON.stringify(all),
};

/** How a recipe may change an array that keeps its length. */
const CHANGES: Readonly<Record<string, (all: number[]) => unknown>> = {
  'an element': (all) => {
    if (all.length > 0) all[all.length - 1] = 9;
  },
  fill: (all) => all.fill(4),
  'fill a part': (all) => all.fill(4, 1, 2),
  reverse: (all) => all.reverse(),
  sort: (all) => all.sort((one, other) => one - other),
  copyWithin: (all) => all.copyWithin(0, 1),
  'splice as many as go': (all) => all.splice(0, 1, ...(all.length > 0 ? [6] : [])),
  'rotate, with unshift and pop': (all) => {
    if (all.length === 0) return null;
    const last = all.pop() as number;
    return all.unshift(last);
  },
  'rotate, with shift and push': (all) => {
    if (all.length === 0) return null;
    return all.push(all.shift() as number);
  },
};

const arrays = fc.array(fc.nat(3), { maxLength: 6 });

describe('an array view answers as an array does', () => {
  it.each(Object.entries(QUESTIONS))('%s', (_, ask) => {
    fc.assert(
      fc.property(arrays, fc.array(fc.nat(5)), (array, known) => {
        expect(ask(viewOf([...array], known).view)).toEqual(ask(array));
      }),
      { numRuns: 50 },
    );
  });
});

describe('an array view is changed as an array is', () => {
  it.each(Object.entries(CHANGES))('%s', (_, change) => {
    fc.assert(
      fc.property(arrays, (array) => {
        const expected = [...array];
        const answer = change(expected);
        const kept = [...array];
        const { view } = viewOf(kept);
        const ours = change(view);
        expect(answer === expected ? ours === view : ours).toEqual(answer === expected ? true : answer);
        expect([...view]).toEqual(expected);
        expect(kept.slice(0, expected.length)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('has what an array has', () => {
    const names = Reflect.ownKeys(Array.prototype);
    expect(names.filter((name) => !(name in viewOf([1]).view))).toEqual([]);
  });
});

describe('what is looked up', () => {
  it('is nothing where a callback takes nothing', () => {
    const { view, looked } = viewOf([1, 2, 3]);
    expect(view.map(() => null)).toEqual([null, null, null]);
    expect(looked).toEqual([]);
  });

  it('is nothing of the elements behind the one that is found', () => {
    const { view, looked } = viewOf([1, 2, 3]);
    expect(view.findIndex(isEven)).toBe(1);
    expect(looked).toEqual([0, 1]);
  });

  it('is first what is known, where the order does not matter', () => {
    const { view, looked } = viewOf([1, 2, 3], [2]);
    expect(view.includes(3)).toBe(true);
    expect(looked).toEqual([2]);
  });

  it('is each element once', () => {
    const { view, looked } = viewOf([1, 2, 3], [1]);
    expect(view.includes(9)).toBe(false);
    expect(looked.toSorted()).toEqual([0, 1, 2]);
  });

  it('is not what was put there alone', () => {
    const { view, looked } = viewOf([1, 2, 3]);
    view[1] = 5;
    expect(looked).toEqual([]);
  });
});

it('refuses to be longer than any that recipes have', () => {
  expect(() => arrayView(65, { get: () => 0, set: () => {} })).toThrow(RangeError);
});
