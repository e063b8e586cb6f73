import type { Field } from '../row/field.ts';
import type { RenamedField } from './rename-fields.ts';

/** Bits of a word that are looked up at once. */
const CHUNK = 11;

/** Some bits of a word that make whole fields, and what they add to each word of the renamed row. */
interface Chunk {
  readonly word: number;
  readonly shift: number;
  readonly mask: number;
  /** By value of the bits and word of the renamed row. */
  readonly parts: Int32Array;
}

/** Renames whole rows by looking up their bits, a dozen at a time. */
export class RowRenaming {
  readonly #chunks: readonly Chunk[];
  readonly #words: number;

  constructor(words: number, fields: readonly RenamedField[]) {
    this.#words = words;
    this.#chunks = chunksOf(words, fields);
  }

  /** A word of the renamed row. */
  word(row: Int32Array, word: number): number {
    let renamed = 0;
    for (const chunk of this.#chunks) {
      const bits = ((row[chunk.word] as number) >>> chunk.shift) & chunk.mask;
      renamed |= chunk.parts[bits * this.#words + word] as number;
    }
    return renamed;
  }
}

function chunksOf(words: number, fields: readonly RenamedField[]): Chunk[] {
  const chunks: Chunk[] = [];
  for (let word = 0; word < words; word++) {
    const inWord = fields
      .filter(({ from }) => from.word === word)
      .sort((a, b) => a.from.shift - b.from.shift);
    let group: RenamedField[] = [];
    for (const field of inWord) {
      const first = group[0]?.from.shift ?? field.from.shift;
      if (group.length > 0 && field.from.shift + field.from.bits - first > CHUNK) {
        chunks.push(chunkOf(words, group));
        group = [];
      }
      group.push(field);
    }
    if (group.length > 0) chunks.push(chunkOf(words, group));
  }
  return chunks;
}

function chunkOf(words: number, fields: readonly RenamedField[]): Chunk {
  const first = (fields[0] as RenamedField).from;
  const last = (fields.at(-1) as RenamedField).from;
  const bits = last.shift + last.bits - first.shift;
  const parts = new Int32Array(2 ** bits * words);
  for (let value = 0; value < 2 ** bits; value++) {
    for (const { from, to, value: become } of fields) {
      const renamed = become((value >>> (from.shift - first.shift)) & from.mask);
      (parts[value * words + to.word] as number) |= fitted(to, renamed) << to.shift;
    }
  }
  return { word: first.word, shift: first.shift, mask: 2 ** bits - 1, parts };
}

/** Values that no state has may become what does not fit; they are cut. */
function fitted(field: Field, value: number): number {
  return value & field.mask;
}
