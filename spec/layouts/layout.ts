import { type Event, type Half, HOST_ACTIONS } from '../events/event.ts';
import type { GuestMemory } from '../state/guest-memory.ts';
import type { Frame, PageName, Pcid, Space, VirtualPage } from '../state/names.ts';
import type { Bounds } from './bounds.ts';

/**
 * The kinds of event, each a set of concrete events; together they are every event that a trace of a layout may hold.
 * Of the stores to upper entries, `write-dir` hangs up a page table or takes it down, `write-dir top` hangs a
 * directory into a top page, and `write-dir across` hangs up what belongs to the other half.
 */
export const LETTERS = [
  'access',
  'write-pte',
  'write-pte emulated',
  'write-pte cached',
  'write-pte none',
  'write-pte none emulated',
  'write-pte none cached',
  'write-dir',
  'write-dir top',
  'write-dir swap',
  'write-dir across',
  'mov-cr3',
  'mov-cr4 pcide',
  'mov-cr4 pge',
  'mov-cr4 smep',
  'mov-cr0',
  'invlpg',
  'invpcid address',
  'invpcid single',
  'invpcid all',
  'invpcid all-nonglobal',
  'mov-cr3-twice',
  'nested enter',
  'nested enter vpid',
  'nested enter fails',
  'nested enter vpid fails',
  'nested exit',
  'nested invvpid',
  'page-fault',
  'zap-during',
  ...HOST_ACTIONS.map((action) => `host ${action}` as const),
] as const;

/** A kind of event that a search over a layout may try. */
export type Alphabet = (typeof LETTERS)[number];

/** A layout as its author writes it. */
export interface LayoutDefinition {
  readonly name: string;
  readonly doc: string;
  /** Levels of the guest's paging structures. */
  readonly levels: 2 | 3;
  /** Whether all spaces have one user table in common. */
  readonly sharedUserTable: boolean;
  /** Whether each page has a table of its own, those of a half side by side in its directory; of three levels only. */
  readonly tableEach?: true;
  /** Whether space a has the top page of space b for a page table too; of two levels only. */
  readonly window?: true;
  /** In which half the last page maps the user table of the last space, which the guest stores to through it. */
  readonly mapsTable?: Half;
  readonly bounds: Partial<Bounds>;
  readonly alphabet: readonly Alphabet[];
}

/** The level-1 entry that a layout gives to a virtual page of a space. */
export interface Home {
  readonly page: PageName;
  readonly index: number;
}

/** A guest image with everything that bounds the model. */
export interface Layout {
  readonly name: string;
  readonly levels: 2 | 3;
  readonly bounds: Readonly<Bounds>;
  readonly spaces: readonly Space[];
  readonly pcids: readonly Pcid[];
  readonly frames: readonly Frame[];
  readonly virtualPages: readonly VirtualPage[];
  /** By virtual page: what its entry may hold, besides nothing. */
  readonly framesOf: Readonly<Record<VirtualPage, readonly Frame[]>>;
  /** The index at each level, from the top page down, that leads to a virtual page. */
  readonly paths: Readonly<Record<VirtualPage, readonly number[]>>;
  /** The entry of the top page behind which each half lies. */
  readonly halves: Readonly<Partial<Record<Half, number>>>;
  /** Keyed `SPACE:PAGE`. */
  readonly homes: Readonly<Record<string, Home>>;
  /** The page tables as they are at the start. */
  readonly memory: Readonly<GuestMemory>;
  /** Whether an upper-level page is a page table too, so that it is walked at two levels. */
  readonly window: boolean;
  /**
   * By page-table page: the virtual page through which the guest stores to it, where it maps and unmaps that. To every
   * other page it has a mapping that is always there, in a part of the address space that no layout has.
   */
  readonly storesThrough: Readonly<Record<PageName, VirtualPage>>;
  /** Whether stores may go through what a hardware TLB still holds. */
  readonly storesCached: boolean;
  /** Whether the guest stores to upper entries. */
  readonly writesDirectories: boolean;
  /** The events that a search tries in every state: all of those of some kinds. */
  readonly events: readonly Event[];
  /** The kinds of event that a trace may hold and a search does not try. */
  readonly leftOut: readonly Alphabet[];
}

/** The virtual pages with level-1 entries to store to: all but those behind a window, which reads upper entries. */
export function storablePages({ virtualPages, homes, spaces }: Layout): VirtualPage[] {
  return virtualPages.filter((page) => homes[`${spaces[0]}:${page}`] !== undefined);
}

/**
 * What a store to an upper entry may hang up: any directory or table but those behind the further entries of a
 * directory, which stay where they are.
 */
export function hangable({
  levels,
  memory,
  spaces,
}: Pick<Layout, 'levels' | 'memory' | 'spaces'>): PageName[] {
  const fixed = Object.values(memory).flatMap(({ level, entries }) =>
    level > 1 && level < levels ? entries.slice(1) : [],
  );
  return Object.keys(memory).filter((page) => !spaces.includes(page) && !fixed.includes(page));
}
