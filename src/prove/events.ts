import type { Event } from '../../spec/events/event.ts';
import { everyEvent } from '../../spec/layouts/alphabet.ts';
import type { Layout } from '../../spec/layouts/layout.ts';

/** Every event that a trace of a layout may hold and the relations have; stores to upper entries too. */
export function coveredEvents(layout: Layout): Event[] {
  return everyEvent({ ...layout, writesDirectories: true }).filter(isCovered);
}

/** What a layout has that the relations leave out; null if they have all of it. */
export function beyondRelations({ window, storesThrough }: Layout): string | null {
  if (window) return 'a page that is walked at two levels';
  return Object.keys(storesThrough).length > 0 ? 'stores to a page table through a page of its own' : null;
}

/** Whether the relations have an event. */
export function isCovered(event: Event): boolean {
  if (event.kind === 'host') return event.action !== 'fail-entry' && event.action !== 'log-dirty';
  if (event.kind === 'write-pte' && event.cached) return false;
  if (event.kind === 'nested') return event.action !== 'enter' || !(event.vpid || event.fails);
  return event.kind !== 'zap-during' && event.kind !== 'mov-cr3-twice';
}
