import type { FirstNew, RowCode } from './row-code.ts';
import { isSameRow } from './same-row.ts';

/**
 * The same as `rowCode` of `row-code.ts`, by loops over the words of a row: for where no code may be
 * generated, as on a page whose policy forbids it.
 */
export function rowCode(words: number, facts = 0): RowCode {
  const width = words + facts;
  const copy: RowCode['copy'] = (from, at, to, toAt) => {
    for (let k = 0; k < width; k++) to[toAt + k] = from[at + k] as number;
  };
  /** Whether the facts of the first row are all among those of the second. */
  const areAmong = (rows: Int32Array, at: number, others: Int32Array, otherAt: number): boolean => {
    for (let k = words; k < width; k++) {
      if (((rows[at + k] as number) & ~(others[otherAt + k] as number)) !== 0) return false;
    }
    return true;
  };
  const isHad = (rows: Int32Array, at: number, by: Int32Array, byAt: number): boolean =>
    isSameRow(rows, at, by, byAt, words) && areAmong(rows, at, by, byAt);
  const find: RowCode['find'] = (table, from, rows, at) => {
    for (let slot = from; ; slot += width) {
      if (table[slot] === 0) return -1 - slot;
      if (isSameRow(table, slot, rows, at, words)) return slot;
    }
  };
  const hasZero = (rows: Int32Array, at: number): boolean => {
    for (let k = 1; k < words; k++) if (rows[at + k] === 0) return true;
    return false;
  };
  const firstNew =
    (isUnsure: (rows: Int32Array, at: number) => boolean): FirstNew =>
    (table, scale, rows, hashes, moves, from, to) => {
      for (let i = from; i < to; i++) {
        const at = moves[i] as number;
        if (isUnsure(rows, at * width)) return i;
        const home = (((hashes[at] as number) >>> 0) * scale) | 0;
        const slot = find(table, home * width, rows, at * width);
        if (slot < 0 || !areAmong(rows, at * width, table, slot)) return i;
      }
      return to;
    };
  return {
    copy,
    take: (rows, masks, from, to, event, states, at, into, first) => {
      let n = first;
      into.found = 0;
      for (let place = from; place < to; place++) {
        const mask = masks[place] as number;
        if (mask < 0) continue;
        copy(rows, place * width, into.rows, n * width);
        into.events[n] = event + place - from;
        into.masks[n] = mask;
        into.hashes[n] = hashRow(into.rows, n * width, words);
        into.found |= mask;
        if (!isHad(rows, place * width, states, at)) {
          const slot = ((into.hashes[n] as number) & (into.recent.length / width - 1)) * width;
          if (!isHad(rows, place * width, into.recent, slot)) into.moves[into.moved++] = n;
          if (!isSameRow(rows, place * width, into.recent, slot, words)) {
            copy(rows, place * width, into.recent, slot);
          }
          for (let k = words; k < width; k++) {
            (into.recent[slot + k] as number) |= rows[place * width + k] as number;
          }
        }
        n++;
      }
      return n;
    },
    firstNew: firstNew(() => false),
    firstUnsure: firstNew(hasZero),
    hash: (rows, at) => hashRow(rows, at, words),
    find,
  };
}

/**
 * Hashes the `words` words from `at` on. All bits of the result depend on all words; the high bits, which
 * decide where a key lives, most evenly.
 */
export function hashRow(rows: Int32Array, at: number, words: number): number {
  let hash = 0x2545f491;
  for (let k = 0; k < words; k++) {
    hash = Math.imul(hash ^ (rows[at + k] as number), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0x85ebca77);
  return Math.imul(hash ^ (hash >>> 13), 0xc2b2ae3d);
}
