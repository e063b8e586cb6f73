import { HALVES, type Half } from '../../spec/events/event.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import type { PageName, VirtualPage } from '../../spec/state/names.ts';

/*
 * How a layout's tables become the four levels of a real guest. The top page is the fourth level, a directory the third
 * and a page table the first; between them stand pages of which the model knows nothing.
 */

/** The entry of a top page behind which each half lies; a program that runs in the guest has others. */
export const HALF_ENTRY: Readonly<Record<Half, number>> = { user: 128, kernel: 384 };

/** How far apart the modelled entries of a page table stand, so that KVM's prefetch of neighbours finds nothing. */
export const LEAF_STRIDE = 8;

/** An upper entry's target: a page and what it points to. */
export interface Link {
  readonly from: PageName;
  readonly to: PageName;
  /** The pages between them. Each pair has pages of its own, as a shared one would be synced from either side. */
  readonly between: number;
}

/** Every pair of pages that is linked at the start, or that a store to an upper entry may link. */
export function linksOf({ memory, levels, writesDirectories }: Layout): Link[] {
  const names = Object.keys(memory);
  return names.flatMap((from) =>
    names
      .filter((to) =>
        writesDirectories
          ? memory[from]?.level === (memory[to]?.level ?? 0) + 1
          : memory[from]?.entries.includes(to),
      )
      .map((to) => ({ from, to, between: memory[to]?.level === 1 ? 4 - levels : 0 })),
  );
}

/** The place of an entry in the real page. */
export function entryIndex({ memory, spaces, halves }: Layout, page: PageName, index: number): number {
  if (memory[page]?.level === 1) return LEAF_STRIDE * index;
  if (!spaces.includes(page)) return index;
  return HALF_ENTRY[HALVES.find((half) => halves[half] === index) as Half];
}

/** The half of the address space in which a virtual page lies. */
export function halfOf({ paths, halves }: Layout, page: VirtualPage): Half {
  return paths[page]?.[0] === halves.kernel ? 'kernel' : 'user';
}

/** Why a real guest cannot have a layout; null if it can. */
export function whyNotReal({ name, window, storesThrough }: Layout): string | null {
  if (!window && Object.keys(storesThrough).length === 0) return null;
  return `layout ${name}: a read of one of its pages finds a page table, which holds no number of a frame`;
}
