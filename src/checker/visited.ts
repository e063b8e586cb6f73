import type { Hash } from './hash.ts';
import { RESERVED } from './model.ts';
import { type RowCode, rowCode } from './row-code.ts';

/** How to make a set of keys. */
export interface VisitedOptions {
  /** 32-bit words of a key. */
  readonly words: number;
  /** Words of facts beside each key; none by default. */
  readonly facts?: number;
  /** Bytes that the table may ever take. They are reserved at once; memory is used as the set grows. */
  readonly maxBytes: number;
  readonly hash?: Hash;
  /** Whether the table is in shared memory, for other threads to add to it too; it is not by default. */
  readonly shared?: boolean;
  /** The table of a set that another thread made, to be a view of it; its own by default. */
  readonly table?: Int32Array<SharedArrayBuffer>;
}

/** The size of a set, as one thread tells another that has a view of it. */
export interface Extent {
  /** Slots that are homes. */
  readonly slots: number;
  /** Keys held. */
  readonly size: number;
}

/** Moves to `touch` at a time: their look-ups wait for memory side by side, and more would not stay in the cache. */
export const TOUCHED = 256;
/** Word 0 of a slot that a thread has taken and not yet written. */
const UNWRITTEN = RESERVED;
/** Hashes that there are. */
const HASHES = 2 ** 32;
/** Words of a cache line. */
const CACHE_LINE = 16;
const FIRST_SLOTS = 1024;
const GROWTH = 1.5;
/** Share of slots filled at which the table grows. */
const LOAD = 0.8;
/** Share of slots filled that is never exceeded. */
const FULL_LOAD = 0.9;
/**
 * Slots past the last home, for the cluster at the end. At the highest load, a cluster is that long with a
 * probability below e^-40. The last of them stays free.
 */
const SLACK = 8192;

/**
 * The set of states found, as exact keys in one flat array: `words` words a slot, and those of its facts, word 0
 * of a free slot is 0, linear probing. Homes keep the order of the hashes, and nothing wraps around, so the table grows within the
 * memory that it has: when there are more slots, every home moves up or stays, and keys can be moved from the
 * top down.
 *
 * A cluster is a longest run of occupied slots.
 *
 * Threads may have views of one table and add to it side by side, with `firstUnsure` and `claim`: whoever takes
 * a slot writes UNWRITTEN to its word 0, then the other words, and word 0 last. Only one thread grows the table,
 * while the others wait.
 */
export class Visited {
  readonly words: number;
  readonly facts: number;
  /** Words of a slot. */
  readonly width: number;
  readonly hash: Hash;
  /** Keys held; a view knows only of those that it was told of, and of its own since. */
  size = 0;
  /** The size at which the table grows. */
  growAt = 0;
  protected readonly code: RowCode;
  protected readonly table: Int32Array;
  /** Slots that are homes. */
  private slots = 0;
  /** Homes a hash. */
  private scale = 0;
  /** How many homes there may be. */
  private maxSlots: number;
  /** Keeps what `touch` reads from being useless, and left out. */
  lastRead = 0;

  constructor(options: VisitedOptions) {
    this.words = options.words;
    this.facts = options.facts ?? 0;
    this.width = this.words + this.facts;
    this.code = rowCode(this.words, this.facts);
    this.hash = options.hash ?? this.code.hash;
    const wanted = Math.floor(options.maxBytes / 4 / this.width);
    this.table =
      options.table ?? reserve(Math.max(wanted, FIRST_SLOTS) + SLACK, this.width, options.shared ?? false);
    this.maxSlots = this.reservedSlots;
    this.resize(FIRST_SLOTS);
  }

  private get reservedSlots(): number {
    return Math.min(this.table.length / this.width - SLACK, 2 ** 31 - 1);
  }

  /** Bytes in use. */
  get bytes(): number {
    return (this.slots + SLACK) * this.width * 4;
  }

  /** The table, for views of it. @throws Error when it is not in shared memory */
  get sharedTable(): Int32Array<SharedArrayBuffer> {
    const { buffer, length } = this.table;
    if (!(buffer instanceof SharedArrayBuffer)) throw new Error('the table is not shared');
    return new Int32Array(buffer, 0, length);
  }

  get extent(): Extent {
    return { slots: this.slots, size: this.size };
  }

  /** Keys that may still be added. */
  get room(): number {
    return Math.floor(this.maxSlots * FULL_LOAD) - this.size;
  }

  /** Sets how many bytes the table may take from now on; never less than it has, nor more than reserved. */
  allow(bytes: number): void {
    const slots = Math.floor(bytes / 4 / this.width) - SLACK;
    this.maxSlots = Math.max(this.slots, Math.min(slots, this.reservedSlots));
    this.growAt = this.threshold();
  }

  /**
   * Makes an empty set large enough for so many keys, or as large as it may be. Keys that come in the order of
   * their hashes need this: at the low end of a small table they would all be one cluster.
   */
  presize(keys: number): void {
    this.resize(Math.max(this.slots, Math.min(Math.ceil(keys / LOAD) + 1, this.maxSlots)));
  }

  /**
   * Adds the key at an offset of `rows`, and its facts, whose hash is given; whether it is new. There must be
   * `room`.
   *
   * @throws Error when more keys than the slack can take have the highest hashes
   */
  add(rows: Int32Array, at: number, hash: number): boolean {
    const found = this.find(rows, at, hash);
    if (found < 0) this.put(rows, at, -1 - found);
    else
      for (let k = this.words; k < this.width; k++)
        (this.table[found + k] as number) |= rows[at + k] as number;
    return found < 0;
  }

  /** Where in the table a key is, exactly if it has facts; or minus 1 minus the offset of its free slot. */
  protected find(rows: Int32Array, at: number, hash: number): number {
    return this.code.find(this.table, this.homeOf(hash), rows, at);
  }

  /** Puts a new key and its facts into a free slot. */
  protected put(rows: Int32Array, at: number, slot: number): void {
    this.code.copy(rows, at, this.table, slot);
    if (slot >= this.last) throw unevenly();
    if (++this.size >= this.growAt) this.grow();
  }

  /** Where a key with this hash is looked for first. */
  private homeOf(hash: number): number {
    return (((hash >>> 0) * this.scale) | 0) * this.width;
  }

  /**
   * Adds a key as `add` does, but none of its facts, while other threads may add to the same table; it does not
   * grow.
   *
   * @throws Error when more keys than the slack can take have the highest hashes
   */
  claim(rows: Int32Array, at: number, hash: number): boolean {
    return this.claimSlot(rows, at, hash) < 0;
  }

  /** Claims a key; its offset in the table, or minus 1 minus it where the key is new. */
  protected claimSlot(rows: Int32Array, at: number, hash: number): number {
    const { table, words, width } = this;
    const first = rows[at] as number;
    for (let slot = this.homeOf(hash); ; slot += width) {
      let word = Atomics.load(table, slot);
      if (word === 0) {
        word = Atomics.compareExchange(table, slot, 0, UNWRITTEN);
        if (word === 0) {
          if (slot >= this.last) throw unevenly();
          for (let k = 1; k < words; k++) table[slot + k] = rows[at + k] as number;
          Atomics.store(table, slot, first);
          this.size++;
          return -1 - slot;
        }
      }
      while (word === UNWRITTEN) word = Atomics.load(table, slot);
      if (word !== first) continue;
      let k = 1;
      while (k < words && table[slot + k] === rows[at + k]) k++;
      if (k === words) return slot;
    }
  }

  /** Takes over how another thread left the table. */
  follow({ slots, size }: Extent): void {
    this.size = size;
    this.resize(slots);
  }

  /** The first of the moves `from` to `to` whose target is not held with its facts, or `to`. */
  firstNew(rows: Int32Array, hashes: Int32Array, moves: Int32Array, from: number, to: number): number {
    return this.code.firstNew(this.table, this.scale, rows, hashes, moves, from, to);
  }

  /** The first of the moves `from` to `to` whose target may not be held, which `claim` can tell, or `to`. */
  firstUnsure(rows: Int32Array, hashes: Int32Array, moves: Int32Array, from: number, to: number): number {
    return this.code.firstUnsure(this.table, this.scale, rows, hashes, moves, from, to);
  }

  /**
   * Reads around the homes of the targets of the moves `from` to `to`, side by side, so that they are in the
   * cache when they are looked for.
   */
  touch(hashes: Int32Array, moves: Int32Array, from: number, to: number): void {
    const { table, width, scale } = this;
    let read = 0;
    for (let i = from; i < to; i++) {
      const slot = ((((hashes[moves[i] as number] as number) >>> 0) * scale) | 0) * width;
      read ^= (table[slot] as number) ^ (table[slot + CACHE_LINE] as number);
    }
    this.lastRead = read;
  }

  /** Writes keys and their facts into `out`, from the slot `slot` on in the order of the table. */
  read(slot: number, out: Int32Array): { readonly keys: number; readonly next: number } {
    const { table, width } = this;
    const end = this.last;
    const last = out.length - width;
    let filled = 0;
    let at = slot * width;
    for (; at < end && filled <= last; at += width) {
      if (table[at] === 0) continue;
      for (let k = 0; k < width; k++) out[filled++] = table[at + k] as number;
    }
    return { keys: filled / width, next: at / width };
  }

  /** Offset of the last slot, which stays free. */
  private get last(): number {
    return (this.slots + SLACK - 1) * this.width;
  }

  private resize(slots: number): void {
    this.slots = slots;
    this.scale = slots / HASHES;
    this.growAt = this.threshold();
  }

  /** Where the next growth would gain little, there is none. */
  private threshold(): number {
    return this.slots * 1.02 < this.maxSlots ? Math.floor(this.slots * LOAD) : Number.POSITIVE_INFINITY;
  }

  /**
   * Makes more slots and moves every key to its new place, cluster by cluster from the top. A key's old home
   * lies in its cluster and its new one not below, so the keys of a cluster that is taken out land at its
   * start or above, where all keys are moved ones; and the free slot below the cluster stays free.
   */
  grow(): void {
    const { table, width } = this;
    let top = this.last - width;
    let cluster = new Int32Array(256 * width);
    this.resize(Math.min(Math.ceil(this.slots * GROWTH), this.maxSlots));
    while (top >= 0) {
      if (table[top] === 0) {
        top -= width;
        continue;
      }
      let start = top;
      while (start > 0 && table[start - width] !== 0) start -= width;
      const length = top + width - start;
      if (length > cluster.length) cluster = new Int32Array(length * 2);
      for (let k = 0; k < length; k++) {
        cluster[k] = table[start + k] as number;
        table[start + k] = 0;
      }
      for (let at = 0; at < length; at += width) this.place(cluster, at);
      top = start - width;
    }
  }

  /** Puts a key that the table does not hold where it belongs. */
  private place(rows: Int32Array, at: number): void {
    const { table, width, code } = this;
    let slot = this.homeOf(this.hash(rows, at, this.words));
    while (table[slot] !== 0) slot += width;
    code.copy(rows, at, table, slot);
    if (slot >= this.last) throw unevenly();
  }
}

function unevenly(): Error {
  return new Error('the hashes of the states are not spread evenly');
}

/** An array for so many slots, or as many as can be had. */
function reserve(slots: number, width: number, shared: boolean): Int32Array {
  const fewest = FIRST_SLOTS + SLACK;
  for (let n = Math.min(slots, Math.floor((2 ** 32 - 1) / width)); ; n = Math.floor(n / 2)) {
    try {
      const length = Math.max(n, fewest) * width;
      return shared ? new Int32Array(new SharedArrayBuffer(length * 4)) : new Int32Array(length);
    } catch (error) {
      if (!(error instanceof RangeError) || n <= fewest) throw error;
    }
  }
}
