/** Of the ways to states besides those by which they were found, so many are looked at, and then one of every so many. */
const FIRST = 256;
const EVERY = 512;

/** A way to a state by which it was not found. */
interface OtherWay {
  readonly node: number;
  readonly event: number;
}

/** That a state is not all that decides what comes of an event. */
export interface Apart extends OtherWay {
  /** The state that it leads to, and the event that does something else there. */
  readonly to: number;
  readonly next: number;
}

/**
 * States are told apart by what the harness observes. A field of the kernel that it does not observe might make two
 * that look the same go on otherwise; so of some states every event is carried out from a second image too, that of
 * another way to it, and must come to the same.
 */
export interface SecondImages {
  /** How many were compared. */
  readonly compared: number;
  /** The first that went on otherwise. */
  readonly apart: Apart | null;
  /** An event leads from a node to one that was found by another way. */
  readonly meet: (to: number, node: number, event: number) => void;
  /** A node is known with all its events: what waited for it is compared, and for others that are known. */
  readonly workedOut: (node: number, isKnown: (node: number) => boolean) => void;
}

/** Compares what comes of every event, and gives the first that differs. */
export type CompareFrom = (node: number, event: number, of: number) => number | null;

/** A sample of second images, each compared as soon as the state is known. */
export class SecondImagesCompared implements SecondImages {
  compared = 0;
  apart: Apart | null = null;
  private met = 0;
  private readonly waiting = new Map<number, OtherWay[]>();
  private readonly fresh = new Set<number>();
  private readonly compare: CompareFrom;

  constructor(compare: CompareFrom) {
    this.compare = compare;
  }

  meet(to: number, node: number, event: number): void {
    this.met++;
    if (this.met > FIRST && this.met % EVERY !== 0) return;
    this.waiting.set(to, [...(this.waiting.get(to) ?? []), { node, event }]);
    this.fresh.add(to);
  }

  workedOut(node: number, isKnown: (node: number) => boolean): void {
    for (const to of [...this.fresh, node]) {
      if (!isKnown(to)) continue;
      const ways = this.waiting.get(to) ?? [];
      this.waiting.delete(to);
      for (const way of ways) {
        const next = this.compare(way.node, way.event, to);
        this.compared++;
        if (next !== null) this.apart ??= { ...way, to, next };
      }
    }
    this.fresh.clear();
  }
}
