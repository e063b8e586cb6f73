import { match } from 'ts-pattern';
import type { Event } from '../events/event.ts';
import { hardwareWalk } from '../kvm/hardware-tlb.ts';
import { guestPage } from '../kvm/shadow-page.ts';
import type { Home } from '../layouts/layout.ts';
import { upperEntry } from '../reducers/write-dir.ts';
import type { Here } from '../state/machine.ts';
import type { PageName } from '../state/names.ts';

/**
 * Whether an event makes the guest leave for KVM. A read that the hardware TLB alone could answer is taken to
 * miss there. Every instruction that is no read and no store is intercepted.
 *
 * @source kernel: vmx_handle_exit; CR_ACCESS, INVLPG, INVPCID and EXCEPTION_NMI (page fault) exits
 */
export function leavesGuest(here: Here, event: Event): boolean {
  return match(event)
    .with({ kind: 'access' }, ({ page }) => hardwareWalk(here, page) === null)
    .with({ kind: 'write-pte' }, ({ space, page, emulated }) => {
      const home = here.world.layout.homes[`${space}:${page}`] as Home;
      return emulated || storeExits(here, home.page);
    })
    .with({ kind: 'write-dir' }, (write) => storeExits(here, upperEntry(here, write).page))
    .with({ kind: 'host' }, () => false)
    .otherwise(() => true);
}

/** A page that KVM write-tracks is not writable either. */
function storeExits({ machine }: Here, page: PageName): boolean {
  return !guestPage(machine, page).writable;
}
