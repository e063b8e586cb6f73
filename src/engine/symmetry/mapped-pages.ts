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
  return rows.pages.filter(
    ({ path }) => path.at(-1) === index && rows.guestTops.some((top) => mayLeadTo(top, path, table)),
  );
}

/** Whether a path may lead from a page to a table. */
function mayLeadTo(from: GuestPageFields, path: readonly number[], table: GuestPageFields): boolean {
  const [index, ...rest] = path;
  if (index === undefined || rest.length === 0) return from === table;
  return (from.targets[index] ?? []).some((target) => target !== undefined && mayLeadTo(target, rest, table));
}
