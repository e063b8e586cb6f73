import type { Event } from '../../spec/events/event.ts';
import type { Key } from './codec.ts';

/** How a state was first reached: from which state, by which of the layout's events. */
export interface Origin {
  readonly state: number;
  readonly event: number;
}

/** V8 refuses a set of more than 2^24 keys. */
const LARGEST_SET = 2 ** 24 - 1;

/** The states found so far: their keys, numbered in the order of discovery, each with its origin. */
export class Visited {
  readonly #alphabet: readonly Event[];
  readonly #largestSet: number;
  readonly #found: Set<Key>[] = [new Set()];
  readonly #keys: Key[] = [];
  readonly #parents: number[] = [];
  readonly #events: number[] = [];

  /**
   * @param alphabet the layout's events, which origins count
   * @param largestSet keys that one set may hold
   */
  constructor(alphabet: readonly Event[], largestSet = LARGEST_SET) {
    this.#alphabet = alphabet;
    this.#largestSet = largestSet;
  }

  get size(): number {
    return this.#keys.length;
  }

  /** Adds a state; whether it is new. The first state has no origin. */
  add(key: Key, origin: Origin | null): boolean {
    if (this.#found.some((keys) => keys.has(key))) return false;
    this.#roomiest().add(key);
    this.#keys.push(key);
    this.#parents.push(origin === null ? -1 : origin.state);
    this.#events.push(origin === null ? -1 : origin.event);
    return true;
  }

  #roomiest(): Set<Key> {
    const last = this.#found.at(-1) as Set<Key>;
    if (last.size < this.#largestSet) return last;
    const next = new Set<Key>();
    this.#found.push(next);
    return next;
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
