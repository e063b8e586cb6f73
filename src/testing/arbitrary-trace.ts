import fc from 'fast-check';
import type { Event } from '../../spec/events/event.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import { arbitraryEvent } from './arbitrary-event.ts';

/** How long a trace may be, and which events it is made of. */
export interface TraceOptions {
  /** 1 unless told otherwise. */
  readonly minLength?: number;
  /** 40 unless told otherwise. */
  readonly maxLength?: number;
  /** Which of the events that the layout allows may be drawn; all unless told otherwise. */
  readonly only?: (event: Event) => boolean;
}

/** Events that a replay on this layout accepts, one after the other; shrinks to fewer and plainer ones. */
export function arbitraryTrace(
  layout: Layout,
  { minLength = 1, maxLength = 40, only = () => true }: TraceOptions = {},
): fc.Arbitrary<Event[]> {
  return fc.array(arbitraryEvent(layout).filter(only), { minLength, maxLength, size: 'max' });
}
