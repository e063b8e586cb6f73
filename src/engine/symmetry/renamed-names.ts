import type { Frame, PageName, Pcid, Space, VirtualPage } from '../../../spec/state/names.ts';
import type { RowLayout } from '../rows/fields.ts';
import { guestPageOf, pagesMappedBy } from './mapped-pages.ts';
import type { Renaming } from './renaming.ts';

/** What a renaming makes of the names of a layout. */
export interface RenamedNames {
  readonly space: (space: Space) => Space;
  readonly pcid: (pcid: Pcid) => Pcid;
  readonly page: (page: VirtualPage) => VirtualPage;
  /** Of a frame that an entry for a virtual page may hold; behind a window it is a table. */
  readonly frame: (frame: Frame, page: VirtualPage) => Frame;
  /** A guest page becomes what lies at the same place below the renamed space. */
  readonly table: (table: PageName) => PageName;
  /** The index that an entry of a guest page gets: in a level-1 page that of the page it is for. */
  readonly index: (table: PageName, index: number) => number;
  /** What the value of an entry of a guest page becomes. */
  readonly entry: (table: PageName, index: number) => (value: number) => number;
}

/** The names after a renaming. */
export function renamedNames(rows: RowLayout, renaming: Renaming): RenamedNames {
  const { spaces, virtualPages, memory, storesThrough } = rows.layout;
  const among = (names: readonly string[], to: readonly number[]) => (name: string) =>
    names[to[names.indexOf(name)] as number] as string;
  const space = among(spaces, renaming.spaces);
  const page = among(virtualPages, renaming.pages);
  const tables = renamedTables(rows, space);
  const table = (name: PageName) => tables.get(name) as PageName;
  const frame = (name: Frame, of: VirtualPage) => {
    const { level, index, frames } = rows.pages[virtualPages.indexOf(of)] as RowLayout['pages'][number];
    // What maps a page table keeps its frames: `mayMapTable` of the group.
    if (level === 1 && !Object.values(storesThrough).includes(of))
      return among(['none', ...frames], renaming.frames[index] as number[])(name);
    return memory[name] === undefined ? name : table(name);
  };
  const pageAt = (name: PageName, index: number) => {
    const of = guestPageOf(rows, name);
    return of.level > 1 ? undefined : pagesMappedBy(rows, of, index)[0];
  };
  const indexOf = (name: PageName, index: number) => {
    const of = pageAt(name, index);
    return of === undefined ? index : (rows.pages[renaming.pages[of.index] as number]?.path.at(-1) as number);
  };
  return {
    space,
    pcid: (pcid) => renaming.pcids[pcid] ?? pcid,
    page,
    frame,
    table,
    index: indexOf,
    entry: (name, index) => {
      const { meanings = [] } = guestPageOf(rows, name).entries[index] ?? {};
      const become = guestPageOf(rows, table(name)).entries[indexOf(name, index)];
      const of = pageAt(name, index);
      const renamed = meanings.map((held, value) => {
        if (held === null) return 0;
        if (guestPageOf(rows, name).level > 1) return become?.meanings.indexOf(table(held)) ?? -1;
        return of === undefined ? value : (become?.meanings.indexOf(frame(held, of.name)) ?? -1);
      });
      return (value) => renamed[value] ?? value;
    },
  };
}

function renamedTables({ layout }: RowLayout, space: (space: Space) => Space): Map<PageName, PageName> {
  const { memory, spaces } = layout;
  const tables = new Map<PageName, PageName>();
  const follow = (from: PageName, to: PageName) => {
    if (tables.has(from)) return;
    tables.set(from, to);
    memory[from]?.entries.forEach((entry, i) => {
      const target = memory[to]?.entries[i];
      if (memory[from]?.level !== 1 && entry !== null && target) follow(entry, target);
    });
  };
  for (const top of spaces) follow(top, space(top));
  return tables;
}
