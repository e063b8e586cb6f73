import type { Recorder } from '../views/recorder.ts';

/** What a piece of work tells besides what it does to the row. */
export interface Told {
  /** Whether the event got #GP, and nothing was done. */
  readonly refused: boolean;
  /** What was counted, in the order of `WORK_NAMES`. */
  readonly work: readonly number[];
  /** Notes taken, as words of bits. */
  readonly notes: readonly number[];
}

/** Bits of an effect's first word. */
export const FLAG = { refused: 1, checked: 2, exchanges: 4 } as const;

/** The words of an effect before the keep and set words. */
export const EFFECT_HEAD = 3;

/**
 * What pieces of work do, each different effect once. An effect is, from its number on: flags; where its program of
 * facts begins and ends in `programs`; and for each word of the row the bits that it keeps and those that it sets.
 */
export class Effects {
  words = new Int32Array(1 << 12);
  programs = new Int32Array(1 << 10);
  private readonly rowWords: number;
  private used = 1;
  private programUsed = 0;
  private readonly known = new Map<string, number>();
  private readonly told = new Map<number, Told>();

  /** @param rowWords words of a row that effects change */
  constructor(rowWords: number) {
    this.rowWords = rowWords;
  }

  /** Different effects. */
  get count(): number {
    return this.known.size;
  }

  /** Bytes in use. */
  get bytes(): number {
    return (this.used + this.programUsed) * 4;
  }

  /** Makes every effect one that is to be carried out again when it is next met. */
  uncheck(): void {
    for (const effect of this.known.values()) (this.words[effect] as number) &= ~FLAG.checked;
  }

  toldBy(effect: number): Told {
    return this.told.get(effect) as Told;
  }

  /**
   * The number of the effect of the work that is recorded.
   *
   * @param dropped by word: bits of TLBs in the row that are cleared besides
   * @param exchanging one more than the vCPU whose hardware TLBs change places in the row, 0 if none
   */
  numberOf(
    { row, written }: Recorder,
    told: Told,
    program: readonly number[],
    dropped: ReadonlyMap<number, number>,
    exchanging = 0,
  ): number {
    const flags = (told.refused ? FLAG.refused : 0) | (exchanging * FLAG.exchanges);
    const change: number[] = [];
    for (let word = 0; word < this.rowWords; word++) {
      const set = written[word] as number;
      change.push(~(set | (dropped.get(word) ?? 0)), (row[word] as number) & set);
    }
    const key = JSON.stringify([flags, change, program, told]);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const from = this.programUsed;
    this.programs = room(this.programs, from + program.length);
    this.programs.set(program, from);
    this.programUsed = from + program.length;
    const effect = this.used;
    this.used += EFFECT_HEAD + change.length;
    this.words = room(this.words, this.used);
    this.words.set([flags, from, this.programUsed, ...change], effect);
    this.known.set(key, effect);
    this.told.set(effect, told);
    return effect;
  }
}

/** The same array, or a larger one with the same content. */
export function room(array: Int32Array<ArrayBuffer>, needed: number): Int32Array<ArrayBuffer> {
  if (needed <= array.length) return array;
  const larger = new Int32Array(Math.max(needed, array.length * 2));
  larger.set(array);
  return larger;
}
