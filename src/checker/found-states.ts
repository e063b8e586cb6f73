import { Visited } from './visited.ts';

/** Bytes that the keys may take: far more than a comparison with the spec has time for. */
const MOST_BYTES = 2 ** 31;

/** States in the order in which they were found, each once, with the way to each. */
export class FoundStates {
  readonly #words: number;
  readonly #visited: Visited;
  readonly #rows: Int32Array[] = [];
  readonly #parents: number[] = [];
  readonly #events: number[] = [];

  /** @param words 32-bit words of a state */
  constructor(words: number) {
    this.#words = words;
    this.#visited = new Visited({ words, maxBytes: MOST_BYTES });
  }

  get size(): number {
    return this.#rows.length;
  }

  /** Adds the state in the first words of `row`, reached by an event from a parent, or -1; whether it is new. */
  add(row: Int32Array, parent: number, event: number): boolean {
    if (!this.#visited.add(row, 0, this.#visited.hash(row, 0, this.#words))) return false;
    this.#rows.push(row.slice(0, this.#words));
    this.#parents.push(parent);
    this.#events.push(event);
    return true;
  }

  /** Copies a state into the first words of `row`. */
  read(number: number, row: Int32Array): void {
    row.set(this.#rows[number] as Int32Array);
  }

  /** The numbers of the events on the way to a state; none to one that was not found. */
  wayTo(number: number): number[] {
    const events: number[] = [];
    for (let at = number; (this.#parents[at] ?? -1) >= 0; at = this.#parents[at] as number) {
      events.push(this.#events[at] as number);
    }
    return events.reverse();
  }
}
