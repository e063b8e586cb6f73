import { GuestError } from '../../spec/guests/guest.ts';
import type { LinuxGuest } from '../../spec/guests/linux.ts';
import type { Layout } from '../../spec/layouts/layout.ts';

/** Bits of the word that Linux's memory must fit in. */
const WORD = 31;

/** Writes what Linux remembers as one whole number, and reads it back. */
export class LinuxWords {
  readonly #spaces: readonly string[];
  readonly #entries: readonly string[];
  readonly #contextValues: number;
  readonly #asids: number;

  /**
   * @param asids how many contexts there are
   * @throws GuestError when the layout is too large for one word
   */
  constructor({ spaces }: Layout, debts: readonly string[], asids: number) {
    this.#spaces = spaces;
    this.#entries = [...debts].sort();
    this.#asids = asids;
    this.#contextValues = 1 + 2 * spaces.length;
    const bits = this.#entries.length + Math.log2(this.#contextValues) * asids;
    if (bits > WORD) throw new GuestError(`guest linux: ${Math.ceil(bits)} bits of memory, at most ${WORD}`);
  }

  /** Contexts are digits above the bits of the entries. */
  write({ contexts, owed }: LinuxGuest): number {
    let digits = 0;
    for (const context of contexts.toReversed()) {
      const value = context === null ? 0 : 1 + 2 * this.#spaces.indexOf(context.mm) + Number(context.seen);
      digits = digits * this.#contextValues + value;
    }
    const bits = owed.reduce((mask, entry) => mask | (1 << this.#entries.indexOf(entry)), 0);
    return digits * 2 ** this.#entries.length + bits;
  }

  read(word: number): LinuxGuest {
    const owed = this.#entries.filter((_, i) => ((word >>> i) & 1) === 1);
    let digits = Math.floor(word / 2 ** this.#entries.length);
    const contexts = Array.from({ length: this.#asids }, () => {
      const value = digits % this.#contextValues;
      digits = Math.floor(digits / this.#contextValues);
      if (value === 0) return null;
      return { mm: this.#spaces[(value - 1) >> 1] as string, seen: ((value - 1) & 1) === 1 };
    });
    return { contexts, owed };
  }
}
