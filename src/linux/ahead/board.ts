import type { Ways } from '../runner.ts';

/** Nodes whose outcomes may be worked out before they are asked for. */
const RING = 1 << 10;
/** Nodes that are told to the threads; those behind them are left to the one that asks. */
export const MOST_NODES = 1 << 24;

/** Memory that the threads share. */
export interface AheadMemory {
  /** Integers of what comes of one node. */
  readonly stride: number;
  readonly size: SharedArrayBuffer;
  /** By node: its parent, and the event from there. */
  readonly ways: SharedArrayBuffer;
  /** By place: for which node it is, and how that stands. */
  readonly places: SharedArrayBuffer;
  /** By place: what came of its node. */
  readonly results: SharedArrayBuffer;
}

/** How it stands with the node of a place. */
const FREE = 0;
const TAKEN = 1;
const DONE = 2;

/** Milliseconds after which the one that asks no longer waits for another. */
const PATIENCE = 10_000;

export function aheadMemory(stride: number): AheadMemory {
  const words = (count: number) => new SharedArrayBuffer(count * 4);
  const memory = {
    stride,
    size: words(1),
    ways: words(2 * MOST_NODES),
    places: words(RING),
    results: words(RING * stride),
  };
  const places = new Int32Array(memory.places);
  for (let place = 0; place < RING; place++) places[place] = wordOf(place, FREE);
  return memory;
}

function wordOf(node: number, stands: number): number {
  return node * 4 + stands;
}

/**
 * Nodes whose outcomes are worked out ahead of the search that asks for them. Node n has place n modulo their number, and
 * has it once what came of those before it there was fetched. Each thread takes the nodes in turn, those that no other has.
 */
export class AheadBoard implements Ways {
  readonly results: Int32Array;
  private readonly size: Int32Array;
  private readonly ways: Int32Array;
  private readonly places: Int32Array;
  private readonly stride: number;
  /** The next node to be tried. */
  private cursor = 0;

  constructor({ stride, size, ways, places, results }: AheadMemory) {
    this.stride = stride;
    this.size = new Int32Array(size);
    this.ways = new Int32Array(ways);
    this.places = new Int32Array(places);
    this.results = new Int32Array(results);
  }

  wayTo(node: number): number[] {
    const way: number[] = [];
    for (let at = node; at >= 0; at = this.ways[2 * at] as number) way.push(at);
    return way.reverse();
  }

  eventTo(node: number): number {
    return this.ways[2 * node + 1] as number;
  }

  /** Where in `results` what came of a node is. */
  resultAt(node: number): number {
    return (node % RING) * this.stride;
  }

  /** Tells a node, the next by number, so that it can be worked out. */
  tell(node: number, parent: number, event: number): void {
    this.ways[2 * node] = parent;
    this.ways[2 * node + 1] = event;
    Atomics.store(this.size, 0, node + 1);
    Atomics.notify(this.size, 0);
  }

  /** Takes a node to work it out; -1 while there is none. */
  take(): number {
    for (; this.cursor < Atomics.load(this.size, 0); this.cursor++) {
      const node = this.cursor;
      const found = Atomics.load(this.places, node % RING);
      if (found < wordOf(node, FREE)) return -1;
      if (found === wordOf(node, FREE) && this.puts(node, found, wordOf(node, TAKEN))) {
        this.cursor++;
        return node;
      }
    }
    return -1;
  }

  /** Waits until there may be a node to take. */
  waitToTake(): void {
    const { cursor, size, places } = this;
    const known = Atomics.load(size, 0);
    if (cursor >= known) {
      Atomics.wait(size, 0, known);
      return;
    }
    const found = Atomics.load(places, cursor % RING);
    if (found < wordOf(cursor, FREE)) Atomics.wait(places, cursor % RING, found);
  }

  /** What came of a node that was taken is in its place. */
  done(node: number): void {
    Atomics.store(this.places, node % RING, wordOf(node, DONE));
    Atomics.notify(this.places, node % RING);
  }

  /**
   * How it stands with a node that is asked for: `done`; `taken`, by another; or `mine`, to be worked out by the one that
   * asks, which nobody else does then.
   *
   * @param next the node that has the place next
   */
  ask(node: number, next: () => number): 'done' | 'taken' | 'mine' {
    for (;;) {
      const found = Atomics.load(this.places, node % RING);
      if (found === wordOf(node, DONE)) return 'done';
      if (found === wordOf(node, TAKEN)) return 'taken';
      if (found !== wordOf(node, FREE) || this.puts(node, found, wordOf(next(), FREE))) return 'mine';
    }
  }

  /** Waits for a node that another has taken; whether it is done in reasonable time. */
  waitFor(node: number): boolean {
    return Atomics.wait(this.places, node % RING, wordOf(node, TAKEN), PATIENCE) !== 'timed-out';
  }

  /** What came of a node was fetched. */
  fetched(node: number, next: number): void {
    Atomics.store(this.places, node % RING, wordOf(next, FREE));
    Atomics.notify(this.places, node % RING);
  }

  private puts(node: number, found: number, word: number): boolean {
    const isPut = Atomics.compareExchange(this.places, node % RING, found, word) === found;
    if (isPut) Atomics.notify(this.places, node % RING);
    return isPut;
  }
}

/** The next node that has the place of a node, from those that are not settled. */
export function nextInPlace(node: number, isSettled: (node: number) => boolean): number {
  let next = node + RING;
  while (isSettled(next)) next += RING;
  return next;
}
