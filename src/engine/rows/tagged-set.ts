import { type Allocator, constantField } from './allocate.ts';
import type { Field } from './field.ts';

/** Bits of one word. */
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
}

const WORD = 32;

/** Lays out a set of `tags` x `pages` x `items`, named by `name(tag, page)`; in one word where it fits into one. */
export function taggedSet(
  allocator: Allocator,
  tags: number,
  pages: number,
  items: number,
  name: (tag: number, page: number) => string,
): TaggedSet {
  const bits = tags * pages * items;
  const together = bits > 0 && bits <= WORD ? allocator.bits(`${name(0, 0)} ...`, bits) : null;
  if (together !== null) allocator.fields.pop();
  return setOf(tags, pages, (tag, page) => {
    if (together === null) return allocator.bits(name(tag, page), items);
    const shift = together.shift + (tag * pages + page) * items;
    const mask = items === WORD ? -1 : 2 ** items - 1;
    const slot = { ...together, name: name(tag, page), bits: items, shift, mask };
    allocator.fields.push(slot);
    return slot;
  });
}

/** A set that is always empty. */
export function emptySet(tags: number, pages: number): TaggedSet {
  return setOf(tags, pages, () => constantField('', 0));
}

function setOf(tags: number, pages: number, slot: (tag: number, page: number) => Field): TaggedSet {
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
  return { slots: upTo(tags).map((tag) => upTo(pages).map((page) => slot(tag, page))) };
}

/** The bits of some fields, word by word. */
export function masksOf(fields: readonly Field[]): WordMask[] {
  const byWord = new Map<number, number>();
  for (const { bits, word, shift, mask } of fields) {
    if (bits > 0) byWord.set(word, (byWord.get(word) ?? 0) | (mask << shift));
  }
  return [...byWord].map(([word, mask]) => ({ word, mask }));
}
