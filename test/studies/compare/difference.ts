import type { Event } from '../../../spec/events/event.ts';
import { formatEvent } from '../../../src/trace/print.ts';

/** Where two machines that should agree do not. */
export interface Difference {
  /** The events from the first state to the one before the difference; the shortest, if a search found it. */
  readonly trace: readonly Event[];
  /** The event at which they differ; null if the state that the trace leads to is itself told apart. */
  readonly event: Event | null;
  /** The first field of the row that differs, or `outcome`, `requests`, `goals`, ... */
  readonly field: string;
  /** The two answers, in words. */
  readonly one: string;
  readonly other: string;
}

/** What differs at a place: a difference without the way there. */
export type Disagreement = Omit<Difference, 'trace' | 'event'>;

/**
 * A difference as a sentence, with a trace that `vtlb replay` reads.
 *
 * @param sides what the two machines are called
 */
export function describeDifference(
  { trace, event, field, one, other }: Difference,
  sides: readonly [one: string, other: string],
): string {
  const taken = event === null ? trace : [...trace, event];
  const path = taken.length === 0 ? 'at the start' : `after ${taken.map(formatEvent).join('; ')}`;
  return `${path}: ${field} is ${one} in the ${sides[0]} and ${other} in the ${sides[1]}`;
}
