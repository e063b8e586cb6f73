import { hardwareWalk } from '../architecture/hardware-tlb.ts';
import { REQUIRED_INVALIDATIONS } from '../architecture/invalidations.ts';
import type { WritePte } from '../events/event.ts';
import { pageFault } from '../kvm/fetch.ts';
import { guestPage } from '../kvm/shadow-page.ts';
import { store } from '../kvm/store.ts';
import type { Home } from '../layouts/layout.ts';
import type { PageName } from '../state/names.ts';
import { walk } from '../state/walk.ts';
import type { Here } from '../world/world.ts';
import { never, type Reducer, readsNothing } from './reducer.ts';

/**
 * A store to a level-1 entry. It invalidates nothing: the guest must flush if it wants the old translation
 * gone. One that goes through the hardware TLB is seen by nobody.
 */
export const writePte: Reducer<WritePte> = {
  faults: never,
  guestTlb: REQUIRED_INVALIDATIONS['write-pte'],
  kvm: (here, { space, page, frame, emulated, cached }) => {
    const home = here.world.layout.homes[`${space}:${page}`] as Home;
    if (cached && here.vcpu.mayStore[home.page])
      guestPage(here.machine, home.page).entries[home.index] = frame;
    else if (emulated || mapForStore(here, home.page)) store(here, home.page, home.index, frame, emulated);
  },
  hardware: readsNothing,
};

/**
 * Finds the mapping through which the guest stores to a page, or builds it from the guest's tables; whether the store
 * goes on. It does not where they do not map the page, or SPTEs map another there: the guest stores to that.
 *
 * @source kernel: FNAME(page_fault)
 */
function mapForStore(here: Here, table: PageName): boolean {
  const { world, machine, vcpu } = here;
  const through = world.layout.storesThrough[table];
  if (through === undefined) return true;
  const found = hardwareWalk(here, through);
  if (found !== null && (found !== table || machine.writable[table])) return found === table;
  pageFault(here, through);
  return walk(machine.memory, vcpu.cr3.space, world.layout.paths[through] as readonly number[]) === table;
}
