import { Counts } from './counts.ts';

/**
 * How each state was first reached. States are numbered in the order of discovery, which is also the order in
 * which they are expanded; so the children of a state, the states first reached from it, have consecutive
 * numbers, and it is enough to know how many there are and which event led to each.
 */
export class Origins {
  /** `events.get(n - 1)` led to state n. */
  readonly events: Counts;
  /** Children of each expanded state. */
  readonly children: Counts;
  /** Children so far of the state that is being expanded. */
  newborn = 0;
  /** The first number that is no child of an expanded state. */
  private first = 1;

  /** @param events how many events the model has */
  constructor(events: number) {
    this.events = new Counts(events);
    this.children = new Counts(events);
  }

  get bytes(): number {
    return this.events.bytes + this.children.bytes;
  }

  /** States whose origin is known, the initial one among them. */
  get known(): number {
    return this.first + this.newborn;
  }

  /** A state was first reached, by an event from the state that is being expanded. */
  born(event: number): void {
    this.events.push(event);
    this.newborn++;
  }

  /** The state that was being expanded has been. */
  close(): void {
    this.children.push(this.newborn);
    this.first += this.newborn;
    this.newborn = 0;
  }

  /** Takes over what was stored of other origins. */
  restore(child: 'events' | 'children', count: number): void {
    this[child].push(count);
    if (child === 'children') this.first += count;
  }

  /** The events that lead to a state which is expanded, or being expanded. */
  traceTo(state: number): number[] {
    const trace: number[] = [];
    let { first } = this;
    let parent = this.children.length;
    for (let n = state; n > 0; n = parent) {
      while (first > n) first -= this.children.get(--parent);
      trace.push(this.events.get(n - 1));
    }
    return trace.reverse();
  }
}
