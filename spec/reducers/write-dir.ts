import { REQUIRED_INVALIDATIONS } from '../architecture/invalidations.ts';
import type { WriteDir } from '../events/event.ts';
import { guestPage } from '../kvm/shadow-page.ts';
import { store } from '../kvm/store.ts';
import type { PageName } from '../state/names.ts';
import type { Seen } from '../world/world.ts';
import { never, type Reducer, readsNothing } from './reducer.ts';

/**
 * A store to an upper entry: one level above the table that it points to, or the level-2 entry when it is
 * cleared.
 */
export const writeDir: Reducer<WriteDir> = {
  faults: never,
  guestTlb: REQUIRED_INVALIDATIONS['write-dir'],
  kvm: (here, event) => {
    const { page, index } = upperEntry(here, event);
    store(here, page, index, event.table, false);
  },
  hardware: readsNothing,
};

/** Follows the half's path, as the guest's tables are now, down to the level that the store is for. */
export function upperEntry(
  { machine, world }: Pick<Seen, 'machine' | 'world'>,
  { space, half, table }: WriteDir,
): { page: PageName; index: number } {
  const level = table === null ? 2 : guestPage(machine, table).level + 1;
  let page: PageName = space;
  let index = world.layout.halves[half] as number;
  while (guestPage(machine, page).level > level) {
    const below = guestPage(machine, page).entries[index] ?? null;
    if (below === null) throw new Error(`cannot happen: entry ${index} of ${page} is never cleared`);
    page = below;
    index = 0;
  }
  return { page, index };
}
