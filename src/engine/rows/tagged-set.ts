import { type Allocator, constantField } from './allocate.ts';
import type { Field } from './field.ts';

/** Bits of one word, to be cleared at one stroke. */
export interface WordMask {
  readonly word: number;
  readonly mask: number;
}

/**
 * A set of (tag, page, item) as a bit mask: of translations, where items are frames, or of CR3 values, where
 * tags are low bits and items spaces.
 */
export interface TaggedSet {
  /** By tag and page: one bit an item. */
  readonly slots: readonly (readonly Field[])[];
  readonly pages: number;
  /** All bits. */
  readonly all: readonly WordMask[];
  /** By page: its bits under every tag. */
  readonly ofPage: readonly (readonly WordMask[])[];
  /** By tag. */
  readonly ofTag: readonly (readonly WordMask[])[];
  /**
   * Bits from a slot to the same page's slot of the next tag, if all slots lie in one word; 0 if they do not,
   * and a tag known only when a step runs must be looked for.
   */
  readonly stride: number;
}

const WORD = 32;

/** Lays out a set of `tags` x `pages` x `items`, named by `name(tag, page)`. */
export function taggedSet(
  allocator: Allocator,
  tags: number,
  pages: number,
  items: number,
  name: (tag: number, page: number) => string,
): TaggedSet {
  const bits = tags * pages * items;
  const slots: Field[][] = [];
  const together = bits > 0 && bits <= WORD ? allocator.bits(`${name(0, 0)} ...`, bits) : null;
  if (together !== null) allocator.fields.pop();
  for (let tag = 0; tag < tags; tag++) {
    const row: Field[] = [];
    for (let page = 0; page < pages; page++) {
      if (together === null) row.push(allocator.bits(name(tag, page), items));
      else {
        const shift = together.shift + (tag * pages + page) * items;
        const mask = items === WORD ? -1 : 2 ** items - 1;
        const slot = { ...together, name: name(tag, page), bits: items, shift, mask };
        allocator.fields.push(slot);
        row.push(slot);
      }
    }
    slots.push(row);
  }
  return {
    slots,
    pages,
    all: masksOf(slots.flat()),
    ofPage: Array.from({ length: pages }, (_, page) => masksOf(slots.map((row) => row[page] as Field))),
    ofTag: slots.map(masksOf),
    stride: together === null ? 0 : pages * items,
  };
}

/** A set that is always empty. */
export function emptySet(tags: number, pages: number): TaggedSet {
  const slots = Array.from({ length: tags }, () => Array.from({ length: pages }, () => constantField('', 0)));
  return {
    slots,
    pages,
    all: [],
    ofPage: Array.from({ length: pages }, () => []),
    ofTag: slots.map(() => []),
    stride: 0,
  };
}

/** The bits of some fields, word by word. */
export function masksOf(fields: readonly Field[]): WordMask[] {
  const byWord = new Map<number, number>();
  for (const { bits, word, shift, mask } of fields) {
    if (bits > 0) byWord.set(word, (byWord.get(word) ?? 0) | (mask << shift));
  }
  return [...byWord].map(([word, mask]) => ({ word, mask }));
}
