import type { Layout } from '../../../spec/layouts/layout.ts';
import { valueIn } from '../../../src/engine/rows/field.ts';
import type { RowLayout } from '../../../src/engine/rows/fields.ts';
import type { Disagreement } from './difference.ts';
import { fieldsInWords } from './field-in-words.ts';

/** Compares rows of a layout. */
export class RowComparer {
  readonly #rows: RowLayout;
  readonly #inWords: ReadonlyMap<string, (value: number) => string>;

  constructor(layout: Layout, rows: RowLayout) {
    this.#rows = rows;
    this.#inWords = fieldsInWords(layout, rows);
  }

  /** The first field in which two states differ, in the order in which fields were given out; null if none. */
  compare(one: Int32Array, other: Int32Array): Disagreement | null {
    const { words } = this.#rows;
    for (let word = 0; word < words; word++) {
      if (one[word] !== other[word]) return this.#firstField(one, other);
    }
    return null;
  }

  #firstField(one: Int32Array, other: Int32Array): Disagreement {
    for (const field of this.#rows.fields) {
      const found = different(
        field.name,
        valueIn(one, field),
        valueIn(other, field),
        this.#inWords.get(field.name),
      );
      if (found !== null) return found;
    }
    return { field: 'a bit outside every field', one: 'as it should be', other: 'flipped' };
  }
}

/** Two numbers under a name, unless they are equal. @param inWords says what a number means */
export function different(
  field: string,
  one: number,
  other: number,
  inWords: (value: number) => string = String,
): Disagreement | null {
  return one === other ? null : { field, one: inWords(one), other: inWords(other) };
}
