import type { Field } from '../rows/field.ts';
import type { RenamedField } from './rename-fields.ts';

/** Bits of a word that are looked up at once. */
const CHUNK = 11;

/** Some bits of a word that hold whole fields, and what they add to a word of the renamed row. */
interface Chunk {
  readonly word: number;
  readonly shift: number;
  readonly mask: number;
  /** By value of the bits. */
  readonly parts: Int32Array;
}

/** How a word of the renamed row comes about. */
interface RenamedWord {
  /** The bits that stay as they are. */
  readonly kept: number;
  readonly chunks: readonly Chunk[];
}

/** Renames whole rows by looking up the bits that a renaming changes, some at a time. */
export class RowRenaming {
  readonly #first: number;
  readonly #words: readonly RenamedWord[];

  /** @param first the word of a row that is word 0 here */
  constructor(first: number, words: number, fields: readonly RenamedField[]) {
    this.#first = first;
    this.#words = Array.from({ length: words }, (_, word) => {
      const coming = fields.filter(({ to }) => to.word === first + word);
      const kept = coming.filter(stays).reduce((mask, { from }) => mask | (from.mask << from.shift), 0);
      return { kept, chunks: chunksOf(coming.filter((field) => !stays(field))) };
    });
  }

  /** A word of the renamed row. */
  word(row: Int32Array, word: number): number {
    const { kept, chunks } = this.#words[word] as RenamedWord;
    let renamed = (row[this.#first + word] as number) & kept;
    for (const { word: from, shift, mask, parts } of chunks) {
      renamed |= parts[((row[from] as number) >>> shift) & mask] as number;
    }
    return renamed;
  }
}

/** Whether a renaming leaves a field as it is, whatever it holds. */
function stays({ from, to, value }: RenamedField): boolean {
  const isInPlace = from.word === to.word && from.shift === to.shift;
  return isInPlace && Array.from({ length: from.mask + 1 }, (_, i) => i).every((i) => value(i) === i);
}

/** The lookups for fields that come to one word. */
function chunksOf(fields: readonly RenamedField[]): Chunk[] {
  const inOrder = fields.toSorted((a, b) => a.from.word - b.from.word || a.from.shift - b.from.shift);
  const groups: RenamedField[][] = [];
  for (const field of inOrder) {
    const group = groups.at(-1);
    const first = group?.[0]?.from;
    const fits = first?.word === field.from.word && endOf(field.from) - first.shift <= CHUNK;
    if (fits) group?.push(field);
    else groups.push([field]);
  }
  return groups.map(chunkOf);
}

function chunkOf(fields: readonly RenamedField[]): Chunk {
  const { word, shift } = (fields[0] as RenamedField).from;
  const bits = endOf((fields.at(-1) as RenamedField).from) - shift;
  const parts = new Int32Array(2 ** bits);
  for (let value = 0; value < 2 ** bits; value++) {
    for (const { from, to, value: become } of fields) {
      const renamed = become((value >>> (from.shift - shift)) & from.mask);
      (parts[value] as number) |= fitted(to, renamed) << to.shift;
    }
  }
  return { word, shift, mask: 2 ** bits - 1, parts };
}

function endOf({ shift, bits }: Field): number {
  return shift + bits;
}

/** Values that no state has may become what does not fit; they are cut. */
function fitted(field: Field, value: number): number {
  return value & field.mask;
}
