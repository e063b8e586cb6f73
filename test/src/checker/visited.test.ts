import { describe, expect, test } from 'vitest';
import type { Hash } from '../../../src/checker/hash.ts';
import { hashRow } from '../../../src/checker/plain-row-code.ts';
import { Visited } from '../../../src/checker/visited.ts';

/** A source of 32-bit numbers that look random. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

/** Adds keys from a small world to a table and to a Set, which must agree every time; then reads them back. */
function compare(words: number, hash: Hash, adds: number, distinct: number): void {
  const visited = new Visited({ words, maxBytes: 1 << 24, hash });
  const expected = new Set<string>();
  const next = numbers(words * 1000 + adds);
  const row = new Int32Array(words + 1);
  for (let i = 0; i < adds; i++) {
    const id = next() % distinct;
    const of = numbers(id);
    for (let k = 0; k < words; k++) row[k + 1] = k === words - 1 ? id + 1 : of() % 3;
    row[1] ||= 9;
    const at = hash(row, 1, words);
    const key = row.subarray(1).join();
    if (visited.add(row, 1, at) === expected.has(key)) throw new Error(`wrong about ${key}`);
    expected.add(key);
  }
  expect(visited.size).toBe(expected.size);
  expect(new Set(keysIn(visited, words))).toEqual(expected);
}

/** Reads a set back. */
function keysIn(visited: Visited, words: number): string[] {
  const out = new Int32Array(7 * words + words - 1);
  const read: string[] = [];
  for (let slot = 0; ; ) {
    const { keys, next } = visited.read(slot, out);
    if (keys === 0) return read;
    for (let i = 0; i < keys; i++) read.push(out.subarray(i * words, (i + 1) * words).join());
    slot = next;
  }
}

/** Views of one table, as threads have them. */
function viewsOf(words: number, count: number): Visited[] {
  const maxBytes = 1 << 24;
  const owner = new Visited({ words, maxBytes, shared: true });
  return Array.from({ length: count }, () => new Visited({ words, maxBytes, table: owner.sharedTable }));
}

describe.each([1, 2, 3, 4, 7])('keys of %i words', (words) => {
  test('agree with a Set through many growths', () => {
    compare(words, hashRow, 60_000, 40_000);
  });

  test.each<[string, Hash]>([
    ['all the same', () => 0],
    ['all in the middle', () => 0x7fffffff],
    ['all the highest', () => -1],
    ['few', (rows, at) => Math.imul((rows[at] as number) % 5, 0x33333333)],
    ['at both ends', (rows, at, n) => ((rows[at + n - 1] as number) % 2 === 0 ? 3 : -3)],
    ['crowded', (rows, at, n) => hashRow(rows, at, n) >>> 6],
    ['descending', (rows, at, n) => -(rows[at + n - 1] as number) << 10],
  ])('agree with a Set when hashes are bad: %s', (_, hash) => {
    compare(words, hash, 4000, 3000);
  });

  test('agree with a Set when views of one table add in turn', () => {
    const views = viewsOf(words, 3);
    const [first] = views as [Visited];
    const expected = new Set<string>();
    const next = numbers(words);
    const row = new Int32Array(words);
    let size = 0;
    for (let i = 0; i < 30_000; i++) {
      for (let k = 0; k < words; k++) row[k] = next() % (k === 0 ? 20_000 : 2);
      row[0] = (row[0] as number) + 1;
      const view = views[i % 3] as Visited;
      const isNew = view.claim(row, 0, hashRow(row, 0, words));
      if (isNew === expected.has(row.join())) throw new Error(`wrong about ${row.join()}`);
      expected.add(row.join());
      if (!isNew || ++size < first.growAt) continue;
      first.follow({ slots: first.extent.slots, size });
      first.grow();
      for (const other of views) other.follow(first.extent);
    }
    first.follow({ slots: first.extent.slots, size });
    expect(new Set(keysIn(first, words))).toEqual(expected);
  });
});

test('more keys with the highest hash than the slack takes are an error, not a hang', () => {
  const visited = new Visited({ words: 1, maxBytes: 1 << 12, hash: () => -1 });
  const row = new Int32Array(1);
  expect(() => {
    for (row[0] = 1; row[0] < 20_000; row[0]++) visited.add(row, 0, -1);
  }).toThrow('spread');
});

test('room is what may be added, within the bytes allowed', () => {
  const visited = new Visited({ words: 2, maxBytes: 1 << 20 });
  const row = new Int32Array(2);
  const fill = () => {
    while (visited.room > 0) {
      row[0] = visited.size + 1;
      visited.add(row, 0, hashRow(row, 0, 2));
    }
  };
  visited.allow(1 << 18);
  fill();
  const { size, bytes } = visited;
  expect(bytes).toBeLessThanOrEqual(1 << 18);
  expect(size * 2 * 4).toBeGreaterThan(bytes / 2);
  visited.allow(1 << 30);
  fill();
  expect(visited.size).toBeGreaterThan(size * 2);
  expect(visited.bytes).toBeLessThanOrEqual((1 << 20) + 2 * 8192 * 8);
});

test.each([
  ['counting', (i: number) => [1, i, 0]],
  ['low bits', (i: number) => [1 + (i & 1023), i >> 10, 0]],
  ['high bits', (i: number) => [1, (i & 1023) << 22, (i >> 10) << 22]],
  ['sparse bits', (i: number) => [1 | ((i & 15) << 28), ((i >> 4) & 255) << 12, i >> 12]],
] as const)('hashes of %s keys are spread', (_, key) => {
  const count = 1 << 18;
  const slots = Math.floor(count / 0.75);
  const taken = new Uint8Array(slots + 4096);
  let probes = 0;
  for (let i = 0; i < count; i++) {
    let slot = Math.floor((hashRow(Int32Array.from(key(i)), 0, 3) >>> 0) * (slots / 2 ** 32));
    for (; taken[slot] === 1; slot++) probes++;
    taken[slot] = 1;
  }
  expect(probes / count).toBeLessThan(1.7);
});
