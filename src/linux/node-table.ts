import { HASH_START, hashOn } from '../engine/memo/sequences.ts';

const FIRST_SLOTS = 1 << 12;
/** The parent of the node from which all begin. */
export const NO_PARENT = -1;

/**
 * Nodes: what rows say of all but TLBs and the CR3 values through which they fill. Each knows by which event it was
 * reached first, and from which node, so that it can be reached again.
 */
export class NodeTable {
  readonly words: number;
  readonly masks: Int32Array;
  /** The words of each node, one after the other. */
  keys = new Int32Array(1 << 12);
  size = 0;
  private parents = new Int32Array(1 << 10);
  private events = new Int32Array(1 << 10);
  private slots = new Int32Array(FIRST_SLOTS);

  /** @param masks by word of a row: the bits that are a node's */
  constructor(masks: Int32Array) {
    this.words = masks.length;
    this.masks = masks;
  }

  /** Bytes in use. */
  get bytes(): number {
    const { keys, parents, events, slots } = this;
    return keys.byteLength + parents.byteLength + events.byteLength + slots.byteLength;
  }

  /** The number of the node of the row at an offset of `rows`; -1 if it is not known. */
  find(rows: Int32Array, at: number): number {
    return (this.slots[this.slotOf(rows, at)] as number) - 1;
  }

  /** The same; one that is not known is added, as reached by an event from a parent. */
  reach(rows: Int32Array, at: number, parent: number, event: number): number {
    const slot = this.slotOf(rows, at);
    const known = (this.slots[slot] as number) - 1;
    if (known >= 0) return known;
    const { words, masks } = this;
    const node = this.size++;
    this.slots[slot] = node + 1;
    this.keys = grown(this.keys, (node + 1) * words);
    this.parents = grown(this.parents, node + 1);
    this.events = grown(this.events, node + 1);
    for (let w = 0; w < words; w++)
      this.keys[node * words + w] = (rows[at + w] as number) & (masks[w] as number);
    this.parents[node] = parent;
    this.events[node] = event;
    if (this.size * 2 > this.slots.length) this.growSlots();
    return node;
  }

  parentOf(node: number): number {
    return this.parents[node] as number;
  }

  /** The event that led from its parent to a node. */
  eventTo(node: number): number {
    return this.events[node] as number;
  }

  /** The nodes on the way to a node, the first of all and itself among them. */
  wayTo(node: number): number[] {
    const way: number[] = [];
    for (let at = node; at !== NO_PARENT; at = this.parentOf(at)) way.push(at);
    return way.reverse();
  }

  private slotOf(rows: Int32Array, at: number): number {
    const { words, masks, keys, slots } = this;
    const last = slots.length - 1;
    let hash = HASH_START;
    for (let w = 0; w < words; w++) hash = hashOn(hash, (rows[at + w] as number) & (masks[w] as number));
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const node = (slots[slot] as number) - 1;
      if (node < 0) return slot;
      let w = 0;
      while (w < words && keys[node * words + w] === ((rows[at + w] as number) & (masks[w] as number))) w++;
      if (w === words) return slot;
    }
  }

  private growSlots(): void {
    this.slots = new Int32Array(this.slots.length * 4);
    for (let node = 0; node < this.size; node++)
      this.slots[this.slotOf(this.keys, node * this.words)] = node + 1;
  }
}

/** The same array, or a larger one with the same content. */
export function grown(array: Int32Array<ArrayBuffer>, needed: number): Int32Array<ArrayBuffer> {
  if (needed <= array.length) return array;
  const larger = new Int32Array(Math.max(array.length * 2, needed));
  larger.set(array);
  return larger;
}
