import { describe, expect, test } from 'vitest';
import { REFUSED } from '../../../src/checker/model.ts';
import { hashRow, rowCode as plainRowCode } from '../../../src/checker/plain-row-code.ts';
import { Random } from '../../../src/checker/random.ts';
import { rowCode } from '../../../src/checker/row-code.ts';

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
