/**
 * What an entry of a paging structure holds: the name of the next structure, a frame in a leaf, or nothing
 * (P=0).
 */
export type Entry = string | null;

/** Any page of a paging structure, the guest's or a shadow of it. */
export interface Table {
  entries: Entry[];
}

/**
 * Walks a paging structure from `top` along `path`, one index a level, and gives the entry at the end.
 *
 * The guest's tables and KVM's shadow tables are walked alike, as one page walker in the processor reads
 * whatever CR3 points to. `null` means that the walk ends in a page fault.
 *
 * @source SDM vol. 3A, 4.5 (4-level paging)
 */
export function walk(tables: Readonly<Record<string, Table>>, top: string, path: readonly number[]): Entry {
  let entry: Entry = top;
  for (const index of path) {
    if (entry === null) return null;
    entry = tables[entry]?.entries[index] ?? null;
  }
  return entry;
}
