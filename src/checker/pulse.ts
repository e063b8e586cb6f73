/** Milliseconds between two looks at the world outside, at least and at most as far as the size can see to it. */
const SHORT = 50;
const LONG = 150;
const FIRST = 1000;
/** For the fast: looks are no more seldom, so that what is told of the progress is of now. */
const MOST = 50_000;

/** How much to do between two looks at the world outside: about as much as takes a tenth of a second. */
export class Pulse {
  /** Steps or transitions to do next. */
  size = FIRST;
  private since = performance.now();

  /** Notes that what follows begins now. */
  begin(): void {
    this.since = performance.now();
  }

  /** Notes that as much as was to be done since it began has been. */
  end(): void {
    const took = performance.now() - this.since;
    if (took < SHORT) this.size = Math.min(MOST, this.size * 2);
    else if (took > LONG) this.size = Math.max(1, Math.floor(this.size / 2));
  }
}
