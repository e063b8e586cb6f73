import type { GuestPageFields, PageFields, RowLayout } from '../rows/fields.ts';

/**
 * The virtual pages, by number, parted by the level-1 entries that map them: two are in one part if some entry
 * may map both, whatever upper entries hold. What lies above level 1 names tables, not frames.
 */
export function pagesOfEntries(rows: RowLayout): number[][] {
  const parts: Set<number>[] = [];
  for (const table of rows.guestPages) {
    if (table.level > 1) continue;
    for (const index of table.entries.keys()) {
      const mapped = pagesMappedBy(rows, table, index).map((page) => page.index);
      const touched = parts.filter((part) => mapped.some((page) => part.has(page)));
      for (const part of touched) parts.splice(parts.indexOf(part), 1);
      if (mapped.length > 0) parts.push(new Set([...touched.flatMap((part) => [...part]), ...mapped]));
    }
  }
  return parts
    .map((part) => [...part].sort((a, b) => a - b))
    .sort((a, b) => (a[0] as number) - (b[0] as number));
}

/** The virtual pages that an entry of a level-1 page may map, whatever upper entries hold. */
export function pagesMappedBy(rows: RowLayout, table: GuestPageFields, index: number): PageFields[] {
  const { spaces } = rows.layout;
  return rows.pages.filter(
    ({ path }) => path.at(-1) === index && spaces.some((top) => mayLeadTo(rows, top, path, table.name)),
  );
}

/** Whether a path may lead from a page to a table. */
function mayLeadTo(rows: RowLayout, from: string, path: readonly number[], table: string): boolean {
  const [index, ...rest] = path;
  if (index === undefined || rest.length === 0) return from === table;
  const { meanings = [] } = guestPageOf(rows, from).entries[index] ?? {};
  return meanings.some((target) => target !== null && mayLeadTo(rows, target, rest, table));
}

/** Where a guest page is kept. */
export function guestPageOf({ guestPages }: RowLayout, page: string): GuestPageFields {
  return guestPages.find(({ name }) => name === page) as GuestPageFields;
}
