import type { PageName } from '../state/names.ts';
import type { Entry } from '../state/walk.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { guestPage, shadowsOf } from './shadow-page.ts';
import { clearFlood, trackWrite } from './track-write.ts';
import { makeWritable } from './unsync.ts';

/**
 * A guest store to a page-table page. A page with an upper-level shadow is write-tracked: the store exits and
 * is emulated. A page with level-1 shadows alone goes unsync at the first store and is then written without exits
 * until KVM write-protects it. A page without shadows is plain memory.
 *
 * @source kernel: FNAME(page_fault), page_fault_handle_page_track, make_spte
 */
export const store = kvmFunction(
  'store',
  (here: Here, page: PageName, index: number, value: Entry, emulated: boolean): void => {
    const { machine } = here;
    const tracked = shadowsOf(here, page).some(({ level }) => level > 1);
    guestPage(machine, page).entries[index] = value;
    if (emulated || (tracked && !machine.writable[page])) {
      if (!emulated) clearFlood(here);
      trackWrite(here, page, index);
    } else makeWritable(here, page);
  },
);
