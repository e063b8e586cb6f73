import type { EventOf } from '../../../spec/events/event.ts';
import type { Home, Layout } from '../../../spec/layouts/layout.ts';
import { GUEST_PAGE } from '../../../spec/schema/schema.ts';
import type { GuestPage } from '../../../spec/state/guest-memory.ts';
import type { Frame } from '../../../spec/state/names.ts';
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
  if (level === 1) return [null, ...framesAt(layout, page, index)];
  const stored = layout.events
    .filter((event): event is EventOf<'write-dir'> => event.kind === 'write-dir')
    .filter((event) => levelOf(layout, event) === layout.memory[page]?.level)
    .filter((event) =>
      upperEntriesOf(layout, event).some((entry) => entry.page === page && entry.index === index),
    )
    .map(({ table }) => table);
  return [...new Set([null, entries[index] ?? null, ...stored])];
}

/** The frames that a level-1 entry may hold. */
function framesAt({ homes, framesOf, frames }: Layout, page: string, index: number): readonly Frame[] {
  const isHome = (home: Home) => home.page === page && home.index === index;
  const name = Object.keys(homes).find((each) => isHome(homes[each] as Home));
  return name === undefined ? frames : (framesOf[name.slice(name.indexOf(':') + 1)] ?? []);
}

/** The entries that some event stores to, as `PAGE[INDEX]`. */
export function storedEntries(layout: Layout): Set<string> {
  const stored = new Set<string>();
  for (const event of layout.events) {
    if (event.kind === 'write-pte') {
      const { page, index } = homeOf(layout, event);
      stored.add(`${page}[${index}]`);
    } else if (event.kind === 'write-dir') {
      for (const { page, index } of upperEntriesOf(layout, event)) stored.add(`${page}[${index}]`);
    }
  }
  return stored;
}

/** The level-1 entry that a store goes to, under whatever name. */
export function homeOf({ homes }: Layout, { space, page }: EventOf<'write-pte'>): Home {
  const home = homes[`${space}:${page}`];
  if (home === undefined) throw new Error(`cannot happen: no entry for ${space}:${page}`);
  return home;
}

/** An entry of an upper page. */
interface UpperEntry {
  readonly page: string;
  readonly index: number;
}

/** Every entry that a store may go to: what lies above it may be stored to as well. */
function upperEntriesOf(layout: Layout, event: EventOf<'write-dir'>): UpperEntry[] {
  const { memory, halves } = layout;
  let entries: UpperEntry[] = [{ page: event.space, index: halves[event.half] as number }];
  for (let { level } = memory[event.space] as GuestPage; level > levelOf(layout, event); level--) {
    const below = entries.flatMap(({ page, index }) => candidates(layout, page, index));
    entries = [...new Set(below)].filter((page) => page !== null).map((page) => ({ page, index: 0 }));
  }
  return entries;
}

/** The level of the page that a store goes to. */
function levelOf({ memory }: Layout, { table }: EventOf<'write-dir'>): number {
  return table === null ? 2 : (memory[table] as GuestPage).level + 1;
}
