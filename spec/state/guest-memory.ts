import type { PageName } from './names.ts';
import type { Table } from './walk.ts';

/** A page of the guest's own paging structures. */
export interface GuestPage extends Table {
  /**
   * 1 for a page table (its entries are frames), 2 for a page directory, 3 for the page above. Layouts with a
   * window have a page that is walked at level 1 besides.
   */
  readonly level: number;
  /** Whether the entries of a level-1 page carry the G bit. */
  readonly global: boolean;
}

/** The guest's page-table pages: a small graph. */
export type GuestMemory = Record<PageName, GuestPage>;
