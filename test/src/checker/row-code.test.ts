import { describe, expect, test } from 'vitest';
import { hashRow } from '../../../src/checker/hash.ts';
import { REFUSED } from '../../../src/checker/model.ts';
import { rowCode as plainRowCode } from '../../../src/checker/plain-row-code.ts';
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

  test('hashes as hashRow does', () => {
    for (const at of offsets) expect(code.hash(rows, at)).toBe(hashRow(rows, at, words));
  });

  test('copies a row and nothing else', () => {
    const to = new Int32Array(20).fill(7);
    code.copy(rows, 11, to, 3);
    expect([...to]).toEqual(new Array(20).fill(7).toSpliced(3, words, ...rows.subarray(11, 11 + words)));
  });

  test('tells rows that differ in any word, also from what is overwritten', () => {
    const to = new Int32Array(words);
    for (let k = 0; k < words; k++) {
      const other = rows.slice(11, 11 + words);
      expect(code.copyUnlike(rows, 11, to, 0, other, 0)).toBe(0);
      (other[k] as number) ^= 1 << (k * 3);
      expect(code.copyUnlike(rows, 11, to, 0, other, 0)).not.toBe(0);
      expect(code.copyUnlike(rows, 11, other, 0, other, 0)).not.toBe(0);
      expect(other).toEqual(rows.subarray(11, 11 + words));
    }
  });

  test('takes the steps that are not refused, and tells which lead elsewhere', () => {
    const states = rows.slice(5, 5 + words);
    const steps = new Int32Array(6 * words);
    for (let place = 0; place < 6; place++) code.copy(rows, 30 + place, steps, place * words);
    code.copy(states, 0, steps, 3 * words);
    const masks = Int32Array.of(8, 9, REFUSED | 64, 0, 5, 7);
    const into = {
      rows: new Int32Array(8 * words),
      events: new Int32Array(8),
      masks: new Int32Array(8),
      hashes: new Int32Array(8),
      moves: new Int32Array(8),
      moved: 1,
      found: 1024,
    };
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

  test('passes over moves to rows that a table has, wherever in a cluster', () => {
    const table = new Int32Array(words * 16);
    for (let slot = 0; slot < 6; slot++) code.copy(rows, 20 + slot, table, slot * words);
    const targets = new Int32Array(8 * words);
    for (let n = 0; n < 6; n++) code.copy(rows, 20 + n, targets, n * words);
    code.copy(rows, 40, targets, 6 * words);
    const hashes = new Int32Array(8);
    const moves = Int32Array.of(5, 0, 3, 6, 1);
    expect(code.firstNew(table, 0, 0, targets, hashes, moves, 0, 5)).toBe(3);
    expect(code.firstNew(table, 0, 0, targets, hashes, moves, 4, 5)).toBe(5);
    expect(code.firstNew(table, 0, 0, targets, hashes, moves, 0, 2)).toBe(2);
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
