import { describe, expect, test } from 'vitest';
import { REFUSED } from '../../../src/checker/model.ts';
import { hashRow, rowCode as plainRowCode } from '../../../src/checker/plain-row-code.ts';
import { Random } from '../../../src/checker/random.ts';
import { rowCode } from '../../../src/checker/row-code.ts';

/** Rows from a small world, each of some words and words of facts. */
function rowsOf(random: Random, words: number, facts: number, count: number): Int32Array {
  return Int32Array.from({ length: count * (words + facts) }, (_, i) => {
    const k = i % (words + facts);
    return k < words ? 1 + random.below(3) : random.below(8) << 27;
  });
}

test.each([
  [1, 1],
  [2, 1],
  [3, 2],
  [1, 3],
])('rows of %i words and %i words of facts have those with fewer facts', (words, facts) => {
  const width = words + facts;
  const random = new Random(10 * words + facts);
  const codes = [rowCode(words, facts), plainRowCode(words, facts)];
  const has = (a: Int32Array, b: Int32Array) =>
    a.every((word, k) => (k < words ? word === b[k] : ((b[k] as number) & ~word) === 0));
  const isState = (a: Int32Array, b: Int32Array) =>
    a.subarray(0, words).join() === b.subarray(0, words).join();
  const row = (rows: Int32Array, i: number) => rows.subarray(i * width, (i + 1) * width);
  for (let round = 0; round < 300; round++) {
    const states = rowsOf(random, words, facts, 1);
    const steps = rowsOf(random, words, facts, 12);
    const masks = Int32Array.from({ length: 12 }, () => (random.below(4) === 0 ? REFUSED : 0));
    const taken = codes.map((code) => {
      const into = {
        rows: new Int32Array(13 * width),
        events: new Int32Array(13),
        masks: new Int32Array(13),
        hashes: new Int32Array(13),
        moves: new Int32Array(13),
        recent: new Int32Array((1 << 10) * width),
        moved: 0,
        found: 0,
      };
      const n = code.take(steps, masks, 0, 12, 0, states, 0, into, 0);
      return { n, rows: into.rows.slice(0, n * width), moves: [...into.moves.subarray(0, into.moved)] };
    });
    expect(taken[0]).toEqual(taken[1]);
    const { n, rows, moves } = taken[0] as (typeof taken)[0];
    // What is passed over is had by the state, or by the moves before together.
    for (let t = 0; t < n; t++) {
      const before = moves.filter((m) => m < t && isState(row(rows, m), row(rows, t)));
      const all = row(rows, t).map((_, k) =>
        k < words
          ? (row(rows, t)[k] as number)
          : before.reduce((sum, m) => sum | (row(rows, m)[k] as number), 0),
      );
      const isKnown = has(states, row(rows, t)) || (before.length > 0 && has(all, row(rows, t)));
      expect(moves.includes(t)).toBe(!isKnown);
    }

    // Two states in a table, and room.
    const table = new Int32Array(8 * width);
    table.set(rowsOf(random, words, facts, 1));
    const other = rowsOf(random, words, facts, 1);
    if (!isState(other, table)) table.set(other, width);
    const all = Int32Array.from({ length: n }, (_, t) => t);
    for (const code of codes) {
      for (const first of [code.firstNew, code.firstUnsure]) {
        for (let t = 0; t < n; t++) {
          const isHad = [0, 1].some((slot) => has(row(table, slot), row(rows, t)));
          expect(first(table, 0, rows, new Int32Array(n), all, t, t + 1)).toBe(isHad ? t + 1 : t);
        }
      }
      for (let t = 0; t < n; t++) {
        const slot = [0, 1].find((s) => isState(row(table, s), row(rows, t)));
        const free = table[width] === 0 ? 1 : 2;
        expect(code.find(table, 0, rows, t * width)).toBe(
          slot === undefined ? -1 - free * width : slot * width,
        );
      }
    }
  }
});

const LENGTHS = [1, 2, 3, 4, 5, 9].flatMap((words) => [
  { kind: 'generated', words, code: rowCode(words) },
  { kind: 'plain', words, code: plainRowCode(words) },
]);

describe.each(LENGTHS)('$kind code for rows of $words words', ({ words, code }) => {
  const random = new Random(words);
  const rows = Int32Array.from({ length: 100 }, () => random.next());
  const offsets = Array.from({ length: 100 - words }, (_, at) => at);

  /** Room for transitions, with so many slots for what is recent. */
  const room = (slots: number) => ({
    rows: new Int32Array(8 * words),
    events: new Int32Array(8),
    masks: new Int32Array(8),
    hashes: new Int32Array(8),
    moves: new Int32Array(8),
    recent: new Int32Array(slots * words),
    moved: 0,
    found: 0,
  });

  test('hashes as hashRow does', () => {
    for (const at of offsets) expect(code.hash(rows, at)).toBe(hashRow(rows, at, words));
  });

  test('copies a row and nothing else', () => {
    const to = new Int32Array(20).fill(7);
    code.copy(rows, 11, to, 3);
    expect([...to]).toEqual(new Array(20).fill(7).toSpliced(3, words, ...rows.subarray(11, 11 + words)));
  });

  test('takes the steps that are not refused, and tells which lead elsewhere', () => {
    const states = rows.slice(5, 5 + words);
    const steps = new Int32Array(6 * words);
    for (let place = 0; place < 6; place++) code.copy(rows, 30 + place, steps, place * words);
    code.copy(states, 0, steps, 3 * words);
    const masks = Int32Array.of(8, 9, REFUSED | 64, 0, 5, 7);
    const into = { ...room(4), moved: 1, found: 1024 };
    expect(code.take(steps, masks, 1, 5, 11, states, 0, into, 2)).toBe(5);
    expect([...into.events.subarray(2, 5)]).toEqual([11, 13, 14]);
    expect([...into.masks.subarray(2, 5)]).toEqual([9, 0, 5]);
    expect([...into.moves.subarray(1, into.moved)]).toEqual([2, 4]);
    expect(into.found).toBe(9 | 5);
    for (const [n, place] of [
      [2, 1],
      [3, 3],
      [4, 4],
    ] as const) {
      const row = into.rows.subarray(n * words, (n + 1) * words);
      expect(row).toEqual(steps.subarray(place * words, (place + 1) * words));
      expect(into.hashes[n]).toBe(hashRow(row, 0, words));
    }
  });

  test('passes over moves to where a move led of late, and over no other', () => {
    const states = rows.slice(5, 5 + words);
    const places = [40, 41, 40, 42, 40, 41];
    const masks = Int32Array.from(places, (_, i) => (i === 3 ? REFUSED : 0));
    const steps = new Int32Array(places.length * words);
    for (const [i, at] of places.entries()) code.copy(rows, at, steps, i * words);
    const moves = (slots: number) => {
      const into = room(slots);
      const end = code.take(steps, masks, 0, 6, 0, states, 0, into, 0);
      // What was refused is not remembered, so that it is looked up when it comes by a step.
      code.take(steps, new Int32Array(6), 3, 4, 0, states, 0, into, end);
      return [...into.moves.subarray(0, into.moved)];
    };
    // Numbers are those of transitions, of which the refused step is none; one slot forgets what two tell apart.
    expect(moves(1 << 10)).toEqual([0, 1, 5]);
    expect(moves(1)).toEqual([0, 1, 2, 4, 5]);
  });

  test('passes over moves to rows that a table has, wherever in a cluster', () => {
    const table = new Int32Array(words * 16);
    for (let slot = 0; slot < 6; slot++) code.copy(rows, 20 + slot, table, slot * words);
    const targets = new Int32Array(8 * words);
    for (let n = 0; n < 6; n++) code.copy(rows, 20 + n, targets, n * words);
    code.copy(rows, 40, targets, 6 * words);
    const hashes = new Int32Array(8);
    const moves = Int32Array.of(5, 0, 3, 6, 1);
    for (const first of [code.firstNew, code.firstUnsure]) {
      expect(first(table, 0, targets, hashes, moves, 0, 5)).toBe(3);
      expect(first(table, 0, targets, hashes, moves, 4, 5)).toBe(5);
      expect(first(table, 0, targets, hashes, moves, 0, 2)).toBe(2);
    }
  });

  test('is not sure of a row whose last word may not be written yet', () => {
    const table = rows.slice(20, 20 + 4 * words);
    const target = rows.slice(20, 20 + words);
    const last = (word: number) => {
      target[words - 1] = word;
      table[words - 1] = word;
      return [code.firstNew, code.firstUnsure].map((first) =>
        first(table, 0, target, new Int32Array(1), new Int32Array(1), 0, 1),
      );
    };
    expect(last(5)).toEqual([1, 1]);
    if (words > 1) expect(last(0)).toEqual([1, 0]);
  });

  test('finds a row that is there, and else a free slot', () => {
    const table = new Int32Array(words * 9);
    for (let slot = 0; slot < 3; slot++) code.copy(rows, 20 + slot, table, slot * words);
    for (let slot = 0; slot < 3; slot++)
      expect(code.find(table, 0, rows, 20 + slot)).toBeGreaterThanOrEqual(0);
    expect(code.find(table, 0, rows, 40)).toBe(-1 - 3 * words);
    for (let k = 0; k < words; k++) {
      const near = rows.slice(21, 21 + words);
      (near[k] as number) ^= 1 << 30;
      expect(code.find(table, words, near, 0)).toBe(-1 - 3 * words);
    }
  });
});
