import type { Event } from '../../spec/events/event.ts';
import type { Guest, Registers } from '../../spec/guests/guest.ts';
import type { LinuxGuest } from '../../spec/guests/linux.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import { type Field, valueIn } from '../engine/rows/field.ts';
import type { RowLayout, VcpuFields } from '../engine/rows/fields.ts';
import { LinuxWords } from './linux-words.ts';

/** That the guest would not carry out an event now. */
export const NOT_NOW = -1;
/** Not looked up yet. */
const UNKNOWN = -2;

/** What follows from what a guest remembers and the registers. */
interface Known {
  /** By event: what it remembers after it, or NOT_NOW. */
  readonly after: Float64Array;
  /** The virtual pages that it relies on, as bits. */
  readonly relied: number;
}

/** A guest's discipline over rows of its machine and one word of what it remembers. Each answer is worked out once. */
export class GuestMemory {
  readonly #layout: Layout;
  readonly #guest: Guest<LinuxGuest>;
  readonly #words: LinuxWords;
  readonly #vcpu: VcpuFields['guest'];
  readonly #known = new Map<number, Known>();

  /** @throws GuestError when the layout is too large for one word */
  constructor(layout: Layout, rows: RowLayout, guest: Guest<LinuxGuest>) {
    this.#layout = layout;
    this.#guest = guest;
    this.#words = new LinuxWords(layout, guest.debts, guest.initial.contexts.length);
    this.#vcpu = (rows.vcpus[0] as VcpuFields).guest;
  }

  /** What it remembers at the start. */
  get initial(): number {
    return this.#words.write(this.#guest.initial);
  }

  /** What is in a word. */
  read(word: number): LinuxGuest {
    return this.#words.read(word);
  }

  /** What it remembers after an event, or NOT_NOW. */
  after(word: number, row: Int32Array, event: number): number {
    const { after } = this.#knownOf(word, row);
    if (after[event] === UNKNOWN) {
      const next = this.#guest.after(
        this.read(word),
        this.registers(row),
        this.#layout.events[event] as Event,
      );
      after[event] = next === null ? NOT_NOW : this.#words.write(next);
    }
    return after[event] as number;
  }

  /** The virtual pages that it counts on reading afresh, as bits in their order. */
  relied(word: number, row: Int32Array): number {
    return this.#knownOf(word, row).relied;
  }

  /** The registers in a row. */
  registers(row: Int32Array): Registers {
    const { cr3, cr4 } = this.#vcpu;
    const isSet = (field: Field) => valueIn(row, field) === 1;
    return {
      cr3: { space: this.#layout.spaces[valueIn(row, cr3.space)] as string, low: valueIn(row, cr3.low) },
      cr4: { pcide: isSet(cr4.pcide), pge: isSet(cr4.pge), smep: isSet(cr4.smep) },
    };
  }

  #knownOf(word: number, row: Int32Array): Known {
    const { cr3, cr4 } = this.#vcpu;
    const bits = (valueIn(row, cr4.pcide) << 2) | (valueIn(row, cr4.pge) << 1) | valueIn(row, cr4.smep);
    // Of at most 16 bits.
    const key = word * 2 ** 16 + ((valueIn(row, cr3) << 3) | bits);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const memory = this.read(word);
    const registers = this.registers(row);
    const relied = this.#layout.virtualPages.reduce(
      (bits, page, i) => (this.#guest.reliesOn(memory, registers, page) ? bits | (1 << i) : bits),
      0,
    );
    const made = { after: new Float64Array(this.#layout.events.length).fill(UNKNOWN), relied };
    this.#known.set(key, made);
    return made;
  }
}
