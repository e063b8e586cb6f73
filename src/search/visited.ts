import type { Event } from '../../spec/events/event.ts';
import type { Key } from './codec.ts';

/** How a state was first reached: from which state, by which of the layout's events. */
export interface Origin {
  readonly state: number;
  readonly event: number;
}

/** The states found so far: their keys, numbered in the order of discovery, each with its origin. */
export class Visited {
  readonly #alphabet: readonly Event[];
  readonly #found = new Set<Key>();
  readonly #keys: Key[] = [];
  readonly #parents: number[] = [];
  readonly #events: number[] = [];

  /** @param alphabet the layout's events, which origins count */
  constructor(alphabet: readonly Event[]) {
    this.#alphabet = alphabet;
  }

  get size(): number {
    return this.#keys.length;
  }

  /** Adds a state; whether it is new. The first state has no origin. */
  add(key: Key, origin: Origin | null): boolean {
    if (this.#found.size === this.#found.add(key).size) return false;
    this.#keys.push(key);
    this.#parents.push(origin === null ? -1 : origin.state);
    this.#events.push(origin === null ? -1 : origin.event);
    return true;
  }

  /** The key of a state. */
  keyOf(state: number): Key {
    return this.#keys[state] as Key;
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
