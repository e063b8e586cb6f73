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
    .filter((event) => levelOf(layout, event) === layout.memory[page]?.level)
    .filter((event) =>
      upperEntriesOf(layout, event).some((entry) => entry.page === page && entry.index === index),
    )
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
      for (const { page, index } of upperEntriesOf(layout, event)) stored.add(`${page}[${index}]`);
    }
  }
  return stored;
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
