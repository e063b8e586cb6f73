/** What an entry of a page table holds: the name of a table or frame, or nothing. */
export type Entry = string | null;

/** The guest's page tables, in memory. */
export class PageTables {
  readonly #tables: Map<string, Entry[]>;

  constructor(tables: Iterable<readonly [name: string, entries: readonly Entry[]]>) {
    this.#tables = new Map([...tables].map(([name, entries]) => [name, [...entries]]));
  }

  read(table: string, index: number): Entry {
    return this.#tables.get(table)?.[index] ?? null;
  }

  write(table: string, index: number, value: Entry): void {
    const entries = this.#tables.get(table);
    if (entries === undefined) throw new Error(`no table ${table}`);
    entries[index] = value;
  }

  /** Follows one index a level from the top table down. */
  walk(top: string, path: readonly number[]): Entry {
    let entry: Entry = top;
    for (const index of path) entry = entry === null ? null : this.read(entry, index);
    return entry;
  }

  toString(): string {
    return [...this.#tables].map(([name, entries]) => `${name}=${entries}`).join(' ');
  }
}
