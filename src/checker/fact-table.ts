import { EXPANDED, SEARCH_BITS, WAITS } from './model.ts';
import { Visited } from './visited.ts';

/** What came of a row that was joined to a table, as bits. */
export const JOINED = {
  /** Its state was not there. */
  isNew: 1,
  /** The state was there without some of its facts, or not there. */
  gains: 2,
  /** The state waits to be expanded only now. */
  wakes: 4,
} as const;

/**
 * A set of states that have facts beside them, which only ever become more. The table also knows which states
 * wait to be expanded, and which ever were.
 *
 * Threads may join rows and take states side by side. Whoever joins a row adds its facts and marks the state as
 * waiting after that; whoever takes a state to expand it removes the mark and reads the facts after that. So
 * facts are read now, or the state is expanded again.
 */
export class FactTable extends Visited {
  /**
   * Adds a row's state if it is not there, and its facts. The row is given all facts of the state.
   *
   * @returns bits of JOINED
   */
  join(rows: Int32Array, at: number, hash: number): number {
    const { table, words, width } = this;
    const slot = this.find(rows, at, hash);
    const last = at + width - 1;
    if (slot < 0) {
      (rows[last] as number) |= WAITS;
      this.put(rows, at, -1 - slot);
      (rows[last] as number) &= ~WAITS;
      return JOINED.isNew | JOINED.gains | JOINED.wakes;
    }
    let lacking = 0;
    for (let k = words; k < width; k++) {
      const facts = table[slot + k] as number;
      lacking |= (rows[at + k] as number) & ~facts;
      (table[slot + k] as number) |= rows[at + k] as number;
      (rows[at + k] as number) |= facts;
    }
    (rows[last] as number) &= ~SEARCH_BITS;
    if (lacking === 0) return 0;
    const lastFacts = table[slot + width - 1] as number;
    table[slot + width - 1] = lastFacts | WAITS;
    return (lastFacts & WAITS) === 0 ? JOINED.gains | JOINED.wakes : JOINED.gains;
  }

  /** The same as `join`, while other threads may do so too; whoever finds that a state wakes may not have added it. */
  joinShared(rows: Int32Array, at: number, hash: number): number {
    const { table, words, width } = this;
    const claimed = this.claimSlot(rows, at, hash);
    const isNew = claimed < 0;
    const slot = isNew ? -1 - claimed : claimed;
    let lacking = 0;
    for (let k = words; k < width; k++) {
      const facts = rows[at + k] as number;
      lacking |= facts & ~Atomics.or(table, slot + k, facts);
    }
    if (lacking === 0 && !isNew) return 0;
    const wakes = (Atomics.or(table, slot + width - 1, WAITS) & WAITS) === 0;
    // Read after all of them were added: of two threads that add facts to a state, one sees those of both.
    for (let k = words; k < width; k++) rows[at + k] = Atomics.load(table, slot + k);
    (rows[at + width - 1] as number) &= ~SEARCH_BITS;
    return JOINED.gains | (isNew ? JOINED.isNew : 0) | (wakes ? JOINED.wakes : 0);
  }

  /**
   * Takes the state at an offset of `keys` to expand it: writes it and its facts as a row into `into`, with the
   * bit EXPANDED if it was expanded before.
   */
  take(keys: Int32Array, at: number, into: Int32Array, intoAt: number): void {
    const { table, code, width } = this;
    const slot = this.slotOf(keys, at);
    code.copy(table, slot, into, intoAt);
    (into[intoAt + width - 1] as number) &= ~WAITS;
    table[slot + width - 1] = ((table[slot + width - 1] as number) & ~WAITS) | EXPANDED;
  }

  /** The same as `take`, while other threads join rows. */
  takeShared(keys: Int32Array, at: number, into: Int32Array, intoAt: number): void {
    const { table, words, width } = this;
    const slot = this.slotOf(keys, at);
    Atomics.and(table, slot + width - 1, ~WAITS);
    const before = Atomics.or(table, slot + width - 1, EXPANDED);
    for (let k = 0; k < words; k++) into[intoAt + k] = keys[at + k] as number;
    for (let k = words; k < width; k++) into[intoAt + k] = Atomics.load(table, slot + k);
    const last = intoAt + width - 1;
    into[last] = ((into[last] as number) & ~SEARCH_BITS) | (before & EXPANDED);
  }

  /** Adds facts that need not be expanded to a state that is there; other threads may join rows. */
  enrich(rows: Int32Array, at: number): void {
    const { table, words, width } = this;
    const slot = this.slotOf(rows, at);
    for (let k = words; k < width; k++) {
      const facts = rows[at + k] as number;
      if ((facts & ~(table[slot + k] as number)) !== 0) Atomics.or(table, slot + k, facts);
    }
  }

  /** Where in the table a state is that is there. */
  private slotOf(rows: Int32Array, at: number): number {
    const slot = this.find(rows, at, this.hash(rows, at, this.words));
    if (slot < 0) throw new Error('a state that waits to be expanded is not known');
    return slot;
  }
}
