import { type RowCode, rowCode } from '../row-code.ts';

/** Rows remembered. */
const SLOTS = 1 << 12;

/** Remembers some rows that were seen, so that most of what comes again and again is seen to. */
export class RecentRows {
  private readonly words: number;
  private readonly code: RowCode;
  private readonly rows: Int32Array;

  /** @param words words of a row; the first of a row is not 0 */
  constructor(words: number) {
    this.words = words;
    this.code = rowCode(words);
    this.rows = new Int32Array(SLOTS * words);
  }

  /** Remembers the row at an offset of `rows`; false if it is remembered already. */
  add(rows: Int32Array, at: number, hash: number): boolean {
    const slot = (hash & (SLOTS - 1)) * this.words;
    return this.code.copyUnlike(rows, at, this.rows, slot, this.rows, slot) !== 0;
  }
}
