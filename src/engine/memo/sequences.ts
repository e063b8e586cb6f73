import { room } from './effects.ts';

const FIRST_SLOTS = 1 << 12;

/** Sequences of words, each different one once, numbered from 1 on. */
export class Sequences {
  /** From the number of a sequence on: its length, and its words. */
  words = new Int32Array(1 << 12);
  private used = 1;
  private slots = new Int32Array(FIRST_SLOTS);
  private count = 0;

  /** The number of the first `length` words of `from`, which are kept if they are new. */
  numberOf(from: Int32Array, length: number): number {
    const { slots } = this;
    const last = slots.length - 1;
    let slot = hashOf(from, 0, length) & last;
    for (let at = slots[slot] as number; at > 0; at = slots[slot] as number) {
      if (this.isAt(at, from, length)) return at;
      slot = (slot + 1) & last;
    }
    const at = this.used;
    this.words = room(this.words, at + 1 + length);
    this.words[at] = length;
    for (let i = 0; i < length; i++) this.words[at + 1 + i] = from[i] as number;
    this.used = at + 1 + length;
    slots[slot] = at;
    if (++this.count * 2 > slots.length) this.growSlots();
    return at;
  }

  /** Forgets all. */
  clear(): void {
    this.used = 1;
    this.count = 0;
    this.slots.fill(0);
  }

  private isAt(at: number, from: Int32Array, length: number): boolean {
    const { words } = this;
    if (words[at] !== length) return false;
    for (let i = 0; i < length; i++) if (words[at + 1 + i] !== from[i]) return false;
    return true;
  }

  private growSlots(): void {
    const { words, used } = this;
    const slots = new Int32Array(this.slots.length * 4);
    const last = slots.length - 1;
    for (let at = 1; at < used; at += 1 + (words[at] as number)) {
      let slot = hashOf(words, at + 1, words[at] as number) & last;
      while ((slots[slot] as number) > 0) slot = (slot + 1) & last;
      slots[slot] = at;
    }
    this.slots = slots;
  }
}

/** A hash of some words. */
export function hashOf(words: Int32Array, from: number, length: number): number {
  let hash = HASH_START;
  for (let i = from; i < from + length; i++) hash = hashOn(hash, words[i] as number);
  return hash;
}

/** What the hash of some words begins with, and how it goes on with each of them. */
export const HASH_START = 0x2545f491;
export function hashOn(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
