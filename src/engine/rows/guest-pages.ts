import type { EventOf } from '../../../spec/events/event.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import type { GuestPage } from '../../../spec/state/guest-memory.ts';
import type { Entry } from '../../../spec/state/walk.ts';
import { type Allocator, constantField } from './allocate.ts';
import type { GuestPageFields, Mutable } from './fields.ts';

/** The fields of all guest page-table pages. */
export function guestPageFields(allocator: Allocator, layout: Layout): GuestPageFields[] {
  const pages = new Map<string, Mutable<GuestPageFields>>();
  const tables = Object.entries(layout.memory);
  for (const [name, page] of tables) pages.set(name, guestPage(allocator, layout, name, page));
  for (const [name, page] of tables) {
    const fields = pages.get(name) as Mutable<GuestPageFields>;
    fields.targets = page.entries.map((_, index) =>
      page.level === 1
        ? []
        : candidates(layout, name, index).map((target) => (target === null ? undefined : pages.get(target))),
    );
  }
  return [...pages.values()];
}

function guestPage(allocator: Allocator, layout: Layout, name: string, page: GuestPage): GuestPageFields {
  const stored = (index: number) => storesTo(layout).has(`${name}[${index}]`);
  return {
    name,
    level: page.level,
    global: page.global,
    writable: page.entries.some((_, index) => stored(index))
      ? allocator.bits(`guest ${name} writable`, 1)
      : constantField(`guest ${name} writable`, 0),
    entries: page.entries.map((_, index) => {
      const label = `guest ${name}[${index}]`;
      if (!stored(index)) return constantField(label, page.entries[index] === null ? 0 : 1);
      return allocator.field(
        label,
        page.level === 1 ? layout.bounds.frames : candidates(layout, name, index).length - 1,
      );
    }),
    targets: [],
    shadows: [],
  };
}

/** What an upper entry may hold, by value: nothing, what it holds at the start, then what is stored there. */
export function candidates(layout: Layout, page: string, index: number): Entry[] {
  const stored = layout.events
    .filter((event): event is EventOf<'write-dir'> => event.kind === 'write-dir')
    .filter((event) => {
      const entry = upperEntryAtStart(layout, event);
      return entry.page === page && entry.index === index;
    })
    .map(({ table }) => table);
  const first = layout.memory[page]?.entries[index] ?? null;
  return [...new Set([null, first, ...stored])];
}

/** The entries that some event stores to, as `PAGE[INDEX]`. */
function storesTo(layout: Layout): Set<string> {
  const stored = new Set<string>();
  for (const event of layout.events) {
    if (event.kind === 'write-pte') {
      const home = layout.homes[`${event.space}:${event.page}`];
      if (home !== undefined) stored.add(`${home.page}[${home.index}]`);
    } else if (event.kind === 'write-dir') {
      const { page, index } = upperEntryAtStart(layout, event);
      stored.add(`${page}[${index}]`);
    }
  }
  return stored;
}

/** The entry that a store goes to: no event changes what lies above it. */
export function upperEntryAtStart(
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
