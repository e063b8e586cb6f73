import type { Layout } from '../../spec/layouts/layout.ts';
import { valueIn } from '../core/row/field.ts';
import type { RowLayout } from '../core/row/fields.ts';
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
  compare(spec: Int32Array, core: Int32Array): Disagreement | null {
    const { words } = this.#rows;
    for (let word = 0; word < words; word++) {
      if (spec[word] !== core[word]) return this.#firstField(spec, core);
    }
    return null;
  }

  #firstField(spec: Int32Array, core: Int32Array): Disagreement {
    for (const field of this.#rows.fields) {
      const found = different(
        field.name,
        valueIn(spec, field),
        valueIn(core, field),
        this.#inWords.get(field.name),
      );
      if (found !== null) return found;
    }
    return { field: 'a bit outside every field', spec: 'as it should be', core: 'flipped' };
  }
}

/** Two numbers under a name, unless they are equal. @param inWords says what a number means */
export function different(
  field: string,
  spec: number,
  core: number,
  inWords: (value: number) => string = String,
): Disagreement | null {
  return spec === core ? null : { field, spec: inWords(spec), core: inWords(core) };
}
