/** Maps the key at an offset of an array to a 32-bit hash. */
export type Hash = (rows: Int32Array, at: number, words: number) => number;

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
