import fc from 'fast-check';
import { EVENT_KINDS, type Event, type EventKind } from '../../spec/events/event.ts';
import { everyEvent } from '../../spec/layouts/alphabet.ts';
import type { Layout } from '../../spec/layouts/layout.ts';

/** A choice shrinks to its first alternative, whatever the weights. */
const SHRINKS = { withCrossShrink: true };

/** Reads, stores and loads of CR3 come most often. */
const OFTEN: readonly EventKind[] = ['access', 'write-pte', 'mov-cr3'];

/** A PCID that no bound reaches, with PWT and PCD set where it is none. */
const HIGHEST_PCID = 0xfff;

/**
 * Any event that a replay on this layout accepts, with the PCIDs of its bounds or the highest there is. It shrinks to
 * an `access` of the first page, and what an event names shrinks to the first of its kind.
 */
export function arbitraryEvent(layout: Layout): fc.Arbitrary<Event> {
  return arbitraryOf(everyEvent({ ...layout, pcids: [...layout.pcids, HIGHEST_PCID] }));
}

/** Any of some events, of which there is one: first a kind is drawn, then an event of it. */
export function arbitraryOf(events: readonly Event[]): fc.Arbitrary<Event> {
  const kinds = EVENT_KINDS.map((kind) => ({ kind, some: events.filter((event) => event.kind === kind) }));
  return fc.oneof(
    SHRINKS,
    ...kinds
      .filter(({ some }) => some.length > 0)
      .map(({ kind, some }) => ({
        arbitrary: fc.constantFrom(...some),
        weight: OFTEN.includes(kind) ? 4 : 1,
      })),
  );
}
