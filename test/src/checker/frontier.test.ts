import { afterEach, expect, test, vi } from 'vitest';
import { Frontier, frontierMemory } from '../../../src/checker/parallel/frontier.ts';

const WORDS = 2;

afterEach(() => vi.unstubAllGlobals());

/** Views of one frontier, as threads have them. */
function views(count: number, maxBytes = 1 << 20): Frontier[] {
  const memory = frontierMemory(maxBytes, WORDS, count);
  return Array.from({ length: count }, () => new Frontier(memory, WORDS));
}

/** Pushes rows [n, -n] for n from `from` to `to`. */
function push(frontier: Frontier, from: number, to: number): void {
  for (let n = from; n < to; n++) frontier.push(Int32Array.of(7, n, -n), 1);
}

/** The first words of all rows in some pieces, in order of size. */
function numbersIn(pieces: Iterable<Int32Array>): number[] {
  return [...pieces].flatMap((piece) => [...piece].filter((_, i) => i % WORDS === 0)).sort((a, b) => a - b);
}

/** Expands rows until none is left or so many are done; their first words. */
function expand(frontier: Frontier, most = Number.POSITIVE_INFINITY): number[] {
  const done: number[] = [];
  while (done.length < most && frontier.take()) {
    done.push(frontier.head[frontier.at] as number);
    frontier.expanded(1);
  }
  return done;
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

test('what one thread lists any thread takes, a level later', () => {
  const [one, other] = views(2) as [Frontier, Frontier];
  push(one, 0, 5000);
  expect(other.take()).toBe(false);
  one.list();
  expect(other.isNextEmpty).toBe(false);
  expect(other.take()).toBe(false);
  other.descend();
  expect(one.isNextEmpty).toBe(true);
  const first = expand(one, 2500);
  const rest = [...expand(other), ...expand(one)];
  expect([...first, ...rest].sort((a, b) => a - b)).toEqual(upTo(5000));
  expect(rest.length).toBe(2500);
  expect(one.isTaken && other.isTaken).toBe(true);
});

test('what is left when all leave is told apart from what is next', () => {
  const [one, other] = views(2) as [Frontier, Frontier];
  push(one, 0, 3000);
  one.list();
  one.descend();
  const done = [...expand(one, 1500), ...expand(other, 10)];
  push(one, 5000, 6500);
  push(other, 6500, 6600);
  for (const frontier of [one, other]) frontier.leave();
  expect(numbersIn(one.rowsLeft())).toEqual(upTo(3000).filter((n) => !done.includes(n)));
  expect(numbersIn(other.rowsNext())).toEqual(upTo(1600).map((n) => n + 5000));
  expect([...done, ...expand(one), ...expand(other)].sort((a, b) => a - b)).toEqual(upTo(3000));
});

test('chunks that were expanded are filled again', () => {
  const [frontier] = views(1) as [Frontier];
  push(frontier, 0, 4096);
  frontier.list();
  const { bytes } = frontier;
  for (let level = 0; level < 50; level++) {
    frontier.descend();
    for (const n of expand(frontier)) push(frontier, n, n + 1);
    frontier.list();
  }
  expect(numbersIn(frontier.rowsNext())).toEqual(upTo(4096));
  expect(frontier.bytes).toBeLessThan(bytes * 2);
});

test('takes what memory can be had, and says when it is full', () => {
  const most = 1 << 19;
  class Scarce extends SharedArrayBuffer {
    constructor(length: number) {
      if (length > most) throw new RangeError('Array buffer allocation failed');
      super(length);
    }
  }
  vi.stubGlobal('SharedArrayBuffer', Scarce);
  const [frontier] = views(1, 1 << 30) as [Frontier];
  let rows = 0;
  while (frontier.hasRoomFor(1)) push(frontier, rows++, rows);
  expect(frontier.bytes).toBeGreaterThan(most / 8);
  expect(frontier.bytes).toBeLessThan(most);
});
