import type { Cr3 } from '../../../spec/state/registers.ts';
import type { TlbEntry, Vpid } from '../../../spec/state/tlb.ts';
import { keptCr3s } from '../rows/cached.ts';
import type { RowLayout } from '../rows/fields.ts';
import { setsInRow } from './tlbs-in-rows.ts';

/** A refill is three words: `word asked | word that takes in << 8`, the bit asked, the bits that are set. */
const REFILL = 3;

/**
 * What the guest's TLB takes in under a VPID through each CR3 value, in a row that keeps TLBs: bits to set if the row
 * says that the value was loaded. So none of those values is read before there is a row.
 *
 * @param through the translations that come in if just these values were loaded
 */
export function refillProgram(
  rows: RowLayout,
  cpu: number,
  vpid: Vpid,
  through: (loaded: readonly Cr3[]) => readonly TlbEntry[],
): number[] {
  return keptCr3s(rows, cpu, vpid).flatMap(({ field, ...cr3 }) => {
    const taken = setsInRow(rows, cpu, vpid, 'guest', through([cr3]));
    return [...taken].flatMap(([word, bits]) => [field.word | (word << 8), 1 << field.shift, bits]);
  });
}

/** Does to the row at an offset of `rows` what a program of refills says. */
export function runRefills(code: Int32Array, from: number, to: number, rows: Int32Array, at: number): void {
  for (let i = from; i < to; i += REFILL) {
    const head = code[i] as number;
    const asked = (rows[at + (head & 255)] as number) & (code[i + 1] as number);
    // All ones if it was loaded: a branch would be guessed wrong too often.
    const all = (asked | -asked) >> 31;
    (rows[at + (head >>> 8)] as number) |= (code[i + 2] as number) & all;
  }
}
