import type { Event } from '../../spec/events/event.ts';

/** How a state was first reached: from which state, by which of the layout's events. */
export interface Origin {
  readonly state: number;
  readonly event: number;
}

/** The states found so far, by their keys and numbered in the order of discovery, each with its origin. */
export class Visited {
  readonly #numbers = new Map<string, number>();
  readonly #parents: number[] = [];
  readonly #events: number[] = [];
  readonly #depths: number[] = [];

  readonly #alphabet: readonly Event[];

  constructor(alphabet: readonly Event[]) {
    this.#alphabet = alphabet;
  }

  get size(): number {
    return this.#parents.length;
  }

  /** Adds a state and gives its number, or null if it was there. The first state has no origin. */
  add(key: string, origin: Origin | null): number | null {
    const number = this.size;
    if (this.#numbers.has(key)) return null;
    this.#numbers.set(key, number);
    this.#parents.push(origin === null ? -1 : origin.state);
    this.#events.push(origin === null ? -1 : origin.event);
    this.#depths.push(origin === null ? 0 : this.depthOf(origin.state) + 1);
    return number;
  }

  /** Length of the shortest trace to a state. */
  depthOf(state: number): number {
    return this.#depths[state] as number;
  }

  /** A shortest trace to a state. */
  traceTo(state: number): Event[] {
    const trace: Event[] = [];
    for (let s = state; (this.#parents[s] as number) >= 0; s = this.#parents[s] as number) {
      trace.push(this.#alphabet[this.#events[s] as number] as Event);
    }
    return trace.reverse();
  }
}
