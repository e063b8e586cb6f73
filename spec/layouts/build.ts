import { HALVES, type Half } from '../events/event.ts';
import type { GuestMemory, GuestPage } from '../state/guest-memory.ts';
import type { PageName, VirtualPage } from '../state/names.ts';
import type { Entry } from '../state/walk.ts';
import { enumerateEvents, type Image, leftOutOf } from './alphabet.ts';
import { type Bounds, checkBounds, DEFAULT_BOUNDS } from './bounds.ts';
import { deepFreeze } from './freeze.ts';
import type { Home, Layout, LayoutDefinition } from './layout.ts';

/**
 * Builds the guest image that a layout describes: every level-1 entry maps f1. Nobody can change it afterwards.
 *
 * Two levels: the top page of a space points to its user table and to the kernel table. Three levels: it
 * points to a directory for each half, whose one entry points to the table, or, where each page has a table of its own,
 * an entry to each. The kernel half is shared by all spaces.
 *
 * A window is one more entry of a's top page, which points to the top page of b, or of a itself where there is no
 * other space: the virtual page w0 of space a is what the first entry there names, so a walk through it takes a
 * table for a frame.
 *
 * A table that is mapped is what the entry of the last page of a half holds at the start: the guest stores to that table as
 * long as it does. It may map f1 there in its place.
 *
 * @throws BoundError when a bound is out of its limits
 */
export function buildLayout(definition: LayoutDefinition, overrides: Partial<Bounds> = {}): Layout {
  const bounds: Bounds = { ...DEFAULT_BOUNDS, ...definition.bounds, ...overrides };
  checkBounds(bounds);
  const { levels, tableEach = false, window = false, mapsTable } = definition;
  const spaces = names(bounds.spaces, (i) => String.fromCharCode(97 + i));
  const pagesOf: Record<Half, VirtualPage[]> = {
    user: names(bounds.userPages, (i) => `u${i}`),
    kernel: names(bounds.kernelPages, (i) => `k${i}`),
  };
  const presentHalves = HALVES.filter((half) => pagesOf[half].length > 0);
  const tableOf = (space: string, half: Half) =>
    half === 'kernel' ? 'k' : definition.sharedUserTable ? 's' : `${space}.u`;

  const memory: GuestMemory = {};
  const homes: Record<string, Home> = {};
  for (const space of spaces) {
    const top: Entry[] = [];
    for (const half of presentHalves) {
      const table = tableOf(space, half);
      const tables = tableEach ? pagesOf[half].map((_, i) => (i === 0 ? table : `${table}.${i}`)) : [table];
      for (const name of tables) {
        const pages = tableEach ? 1 : pagesOf[half].length;
        memory[name] = {
          level: 1,
          global: half === 'kernel',
          entries: Array.from({ length: pages }, () => 'f1'),
        };
      }
      top.push(levels === 2 ? table : addDirectory(memory, tables));
      pagesOf[half].forEach((page, index) => {
        homes[`${space}:${page}`] = tableEach
          ? { page: tables[index] as PageName, index: 0 }
          : { page: table, index };
      });
    }
    if (window) top.push(space === spaces[0] ? (spaces[1] ?? space) : null);
    memory[space] = { level: levels, global: false, entries: top };
  }

  const frames = names(bounds.frames, (i) => `f${i + 1}`);
  const mapped = tableOf(spaces.at(-1) as string, 'user');
  const through = mapsTable && memory[mapped] ? pagesOf[mapsTable].at(-1) : undefined;
  if (through !== undefined) {
    const home = homes[`${spaces.at(-1)}:${through}`] as Home;
    (memory[home.page] as GuestPage).entries[home.index] = mapped;
  }
  const tables = Object.keys(memory).filter((page) => memory[page]?.level === 1);
  const storable = [...presentHalves.flatMap((half) => pagesOf[half])];
  const image: Image = {
    name: definition.name,
    levels,
    bounds,
    spaces,
    pcids: Array.from({ length: bounds.pcids }, (_, i) => i),
    frames,
    virtualPages: [...storable, ...(window ? ['w0'] : [])],
    framesOf: Object.fromEntries([
      ...storable.map((page) => [page, page === through ? [mapped, ...frames.slice(0, 1)] : frames]),
      ...(window ? [['w0', tables]] : []),
    ]),
    paths: Object.fromEntries([
      ...presentHalves.flatMap((half, top) =>
        pagesOf[half].map((page, i) => {
          if (levels === 2) return [page, [top, i]];
          return [page, tableEach ? [top, i, 0] : [top, 0, i]];
        }),
      ),
      ...(window ? [['w0', [presentHalves.length, 0]]] : []),
    ]),
    halves: Object.fromEntries(presentHalves.map((half, top) => [half, top])),
    homes,
    memory,
    window,
    storesThrough: through === undefined ? {} : { [mapped]: through },
    storesCached: definition.alphabet.includes('write-pte cached'),
    writesDirectories: definition.alphabet.includes('write-dir'),
  };
  const { alphabet } = definition;
  const events = enumerateEvents(image, alphabet);
  return deepFreeze({ ...image, events, leftOut: leftOutOf(image, alphabet) });
}

function addDirectory(memory: GuestMemory, tables: readonly PageName[]): PageName {
  const directory = `${tables[0]}.dir`;
  memory[directory] = { level: 2, global: false, entries: [...tables] };
  return directory;
}

function names(count: number, name: (i: number) => string): string[] {
  return Array.from({ length: count }, (_, i) => name(i));
}
