import { hashRow } from '../checker/hash.ts';

const FIRST_ROWS = 1024;

/** States in the order in which they were found, each once, with the way to each. */
export class FoundStates {
  readonly #words: number;
  #rows: Int32Array;
  #parents: Int32Array;
  #events: Uint16Array;
  /** Slots of an open hash table: numbers of states plus one. */
  #slots = new Int32Array(FIRST_ROWS * 4); // a power of two
  size = 0;

  /** @param words 32-bit words of a state */
  constructor(words: number) {
    this.#words = words;
    this.#rows = new Int32Array(FIRST_ROWS * words);
    this.#parents = new Int32Array(FIRST_ROWS);
    this.#events = new Uint16Array(FIRST_ROWS);
  }

  /** Adds the state in the first words of `row`, reached by an event from a parent, or -1; whether it is new. */
  add(row: Int32Array, parent: number, event: number): boolean {
    let slot = this.#home(row, 0);
    while (this.#slots[slot] !== 0) {
      if (this.#same(row, (this.#slots[slot] as number) - 1)) return false;
      slot = (slot + 1) & (this.#slots.length - 1);
    }
    if (this.size === this.#parents.length) this.#grow();
    const number = this.size++;
    for (let i = 0; i < this.#words; i++) this.#rows[number * this.#words + i] = row[i] as number;
    this.#parents[number] = parent;
    this.#events[number] = event;
    this.#take(number);
    return true;
  }

  /** Copies a state into the first words of `row`. */
  read(number: number, row: Int32Array): void {
    const at = number * this.#words;
    for (let i = 0; i < this.#words; i++) row[i] = this.#rows[at + i] as number;
  }

  /** The numbers of the events on the way to a state. */
  wayTo(number: number): number[] {
    const events: number[] = [];
    for (
      let at = number;
      at < this.size && (this.#parents[at] as number) >= 0;
      at = this.#parents[at] as number
    ) {
      events.unshift(this.#events[at] as number);
    }
    return events;
  }

  #home(rows: Int32Array, at: number): number {
    return hashRow(rows, at, this.#words) >>> (1 + Math.clz32(this.#slots.length));
  }

  #same(row: Int32Array, number: number): boolean {
    const at = number * this.#words;
    for (let i = 0; i < this.#words; i++) if (this.#rows[at + i] !== row[i]) return false;
    return true;
  }

  #take(number: number): void {
    let slot = this.#home(this.#rows, number * this.#words);
    while (this.#slots[slot] !== 0) slot = (slot + 1) & (this.#slots.length - 1);
    this.#slots[slot] = number + 1;
  }

  #grow(): void {
    const rows = new Int32Array(this.#rows.length * 2);
    rows.set(this.#rows);
    this.#rows = rows;
    const parents = new Int32Array(this.#parents.length * 2);
    parents.set(this.#parents);
    this.#parents = parents;
    const events = new Uint16Array(this.#events.length * 2);
    events.set(this.#events);
    this.#events = events;
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let number = 0; number < this.size; number++) this.#take(number);
  }
}
