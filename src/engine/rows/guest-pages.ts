import type { EventOf } from '../../../spec/events/event.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import { GUEST_PAGE } from '../../../spec/schema/schema.ts';
import type { GuestPage } from '../../../spec/state/guest-memory.ts';
import type { Entry } from '../../../spec/state/walk.ts';
import { constantField } from './allocate.ts';
import type { GuestPageFields } from './fields.ts';
import { type Placing, placeFields } from './places.ts';

/** The fields of all guest page-table pages. */
export function guestPageFields(at: Placing): GuestPageFields[] {
  const { layout, allocator } = at;
  const stored = storedEntries(layout);
  return Object.entries(layout.memory).map(([name, page]) => {
    const entries = page.entries.map((start, index) => (label: string) => {
      const meanings = candidates(layout, name, index);
      const field = stored.has(`${name}[${index}]`)
        ? allocator.field(label, meanings.length - 1)
        : constantField(label, meanings.indexOf(start));
      return { ...field, meanings };
    });
    const { level, global } = page;
    const ofPage = { level, isStored: at.isStored(name), entries };
    return {
      name,
      level,
      global,
      ...placeFields(GUEST_PAGE, { ...at, prefix: `guest ${name}`, page: ofPage }),
    };
  });
}

/**
 * What an entry may hold, by value: nothing, then frames in a level-1 page; above, what it holds at the start and what
 * is stored there.
 */
export function candidates(layout: Layout, page: string, index: number): Entry[] {
  const { level, entries } = layout.memory[page] as GuestPage;
  if (level === 1) return [null, ...layout.frames];
  const stored = layout.events
    .filter((event): event is EventOf<'write-dir'> => event.kind === 'write-dir')
    .filter((event) => {
      const entry = upperEntryAtStart(layout, event);
      return entry.page === page && entry.index === index;
    })
    .map(({ table }) => table);
  return [...new Set([null, entries[index] ?? null, ...stored])];
}

/** The entries that some event stores to, as `PAGE[INDEX]`. */
export function storedEntries(layout: Layout): Set<string> {
  const stored = new Set<string>();
  for (const event of layout.events) {
    if (event.kind !== 'write-pte' && event.kind !== 'write-dir') continue;
    const { page, index } = storedEntry(layout, event);
    stored.add(`${page}[${index}]`);
  }
  return stored;
}

/** The entry that a store goes to: no event changes what lies above it. */
export function storedEntry(layout: Layout, event: EventOf<'write-pte' | 'write-dir'>) {
  if (event.kind === 'write-dir') return upperEntryAtStart(layout, event);
  const home = layout.homes[`${event.space}:${event.page}`];
  if (home === undefined) throw new Error(`cannot happen: no entry for ${event.space}:${event.page}`);
  return home;
}

function upperEntryAtStart(
  { memory, halves }: Layout,
  { space, half, table }: EventOf<'write-dir'>,
): { page: string; index: number } {
  const level = table === null ? 2 : (memory[table] as GuestPage).level + 1;
  let page: string = space;
  let index = halves[half] as number;
  while ((memory[page] as GuestPage).level > level) {
    page = (memory[page] as GuestPage).entries[index] as string;
    index = 0;
  }
  return { page, index };
}
