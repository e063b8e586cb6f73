import type { FirstNew, RowCode } from './row-code.ts';
import { isSameRow } from './same-row.ts';

/**
 * The same as `rowCode` of `row-code.ts`, by loops over the words of a row: for where no code may be
 * generated, as on a page whose policy forbids it.
 */
export function rowCode(words: number): RowCode {
  const copy: RowCode['copy'] = (from, at, to, toAt) => {
    for (let k = 0; k < words; k++) to[toAt + k] = from[at + k] as number;
  };
  const find: RowCode['find'] = (table, from, rows, at) => {
    for (let slot = from; ; slot += words) {
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
        if (isUnsure(rows, at * words)) return i;
        const slot = (((hashes[at] as number) >>> 0) * scale) | 0;
        if (find(table, slot * words, rows, at * words) < 0) return i;
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
        copy(rows, place * words, into.rows, n * words);
        into.events[n] = event + place - from;
        into.masks[n] = mask;
        into.hashes[n] = hashRow(into.rows, n * words, words);
        into.found |= mask;
        if (!isSameRow(rows, place * words, states, at, words)) {
          const slot = (into.hashes[n] as number) & (into.recent.length / words - 1);
          if (!isSameRow(into.recent, slot * words, rows, place * words, words)) into.moves[into.moved++] = n;
          copy(rows, place * words, into.recent, slot * words);
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
