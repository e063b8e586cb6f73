import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { TaggedSet, WordMask } from '../row/tagged-set.ts';

/** Takes items into the slot of a tag and a page. */
export function fill(m: Core, set: TaggedSet, tag: number, page: number, items: number): void {
  if (set.stride > 0) {
    const first = set.slots[0]![page]!;
    m.row[first.word]! |= items << (first.shift + tag * set.stride);
    return;
  }
  for (let t = 0; t < set.slots.length; t++) {
    const slot = set.slots[t]![page]!;
    if (slot.bits > 0 && tag === t) m.row[slot.word]! |= items << slot.shift;
  }
}

/** The items in the slot of a tag and a page. */
export function held(m: Core, set: TaggedSet, tag: number, page: number): number {
  if (set.stride > 0) {
    const first = set.slots[0]![page]!;
    return (m.row[first.word]! >>> (first.shift + tag * set.stride)) & first.mask;
  }
  for (let t = 0; t < set.slots.length; t++) {
    if (tag === t) return get(m, set.slots[t]![page]!);
  }
  return 0;
}

/** Drops the items of a tag and a page. */
export function dropSlot(m: Core, set: TaggedSet, tag: number, page: number): void {
  if (set.stride > 0) {
    const first = set.slots[0]![page]!;
    m.row[first.word]! &= ~(first.mask << (first.shift + tag * set.stride));
    return;
  }
  for (let t = 0; t < set.slots.length; t++) {
    const slot = set.slots[t]![page]!;
    if (slot.bits > 0 && tag === t) m.row[slot.word]! &= ~(slot.mask << slot.shift);
  }
}

/** Drops the items of a tag. */
export function dropTag(m: Core, set: TaggedSet, tag: number): void {
  if (set.stride > 0) {
    const { word, mask } = set.ofTag[0]![0]!;
    m.row[word]! &= ~(mask << (tag * set.stride));
    return;
  }
  for (let t = 0; t < set.slots.length; t++) if (tag === t) drop(m, set.ofTag[t]!);
}

/** Drops everything under some masks of the set: all, of a page, or of a tag. */
export function drop(m: Core, masks: readonly WordMask[]): void {
  for (const { word, mask } of masks) m.row[word]! &= ~mask;
}

/** Exchanges the items of two sets of one shape. */
export function exchange(m: Core, one: TaggedSet, other: TaggedSet): void {
  for (let t = 0; t < one.slots.length; t++) {
    for (let page = 0; page < one.pages; page++) {
      const items = get(m, one.slots[t]![page]!);
      set(m, one.slots[t]![page]!, get(m, other.slots[t]![page]!));
      set(m, other.slots[t]![page]!, items);
    }
  }
}
