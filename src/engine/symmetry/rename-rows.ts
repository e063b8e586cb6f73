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
    const moved: MovedField[][] = Array.from({ length: words }, () => []);
    const kept = new Int32Array(words);
    for (const { from, to, value } of fields) {
      const word = to.word - first;
      if (word < 0 || word >= words) continue;
      const become = Int32Array.from({ length: from.mask + 1 }, (_, i) => value(i));
      if (stays(from, to, become)) (kept[word] as number) |= from.mask << from.shift;
      // Values that no state has may become what does not fit; they are cut.
      else (moved[word] as MovedField[]).push({ from, parts: become.map((i) => (i & to.mask) << to.shift) });
    }
    this.#words = moved.map((coming, word) => ({ kept: kept[word] as number, chunks: chunksOf(coming) }));
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

/** A field that a renaming changes, and by its value what it adds to a word of the renamed row. */
interface MovedField {
  readonly from: Field;
  readonly parts: Int32Array;
}

/** Whether a renaming leaves a field as it is, whatever it holds. */
function stays(from: Field, to: Field, become: Int32Array): boolean {
  return from.word === to.word && from.shift === to.shift && become.every((value, i) => value === i);
}

/** The lookups for fields that come to one word. */
function chunksOf(fields: readonly MovedField[]): Chunk[] {
  const inOrder = fields.toSorted((a, b) => a.from.word - b.from.word || a.from.shift - b.from.shift);
  const groups: MovedField[][] = [];
  for (const field of inOrder) {
    const group = groups.at(-1);
    const first = group?.[0]?.from;
    const fits = first?.word === field.from.word && endOf(field.from) - first.shift <= CHUNK;
    if (fits) group?.push(field);
    else groups.push([field]);
  }
  return groups.map(chunkOf);
}

function chunkOf(fields: readonly MovedField[]): Chunk {
  const { word, shift } = (fields[0] as MovedField).from;
  const bits = endOf((fields.at(-1) as MovedField).from) - shift;
  const parts = new Int32Array(2 ** bits);
  for (const { from, parts: own } of fields) {
    const below = from.shift - shift;
    for (let value = 0; value < parts.length; value++)
      (parts[value] as number) |= own[(value >>> below) & from.mask] as number;
  }
  return { word, shift, mask: 2 ** bits - 1, parts };
}

function endOf({ shift, bits }: Field): number {
  return shift + bits;
}
