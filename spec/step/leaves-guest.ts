import { hardwareWalk } from '../architecture/hardware-tlb.ts';
import type { Event } from '../events/event.ts';
import type { Home } from '../layouts/layout.ts';
import { upperEntry } from '../reducers/write-dir.ts';
import type { PageName } from '../state/names.ts';
import type { Seen } from '../world/world.ts';

/**
 * Whether an event makes the guest leave for KVM. A read that the hardware TLB alone could answer is taken to
 * miss there. Every instruction that is no read and no store is intercepted.
 *
 * @source kernel: vmx_handle_exit; CR_ACCESS, INVLPG, INVPCID and EXCEPTION_NMI (page fault) exits
 */
export function leavesGuest(here: Seen, event: Event): boolean {
  // A switch, where others match a pattern: this is asked at every step.
  switch (event.kind) {
    case 'access':
      return hardwareWalk(here, event.page) === null;
    case 'write-pte': {
      const { page } = here.world.layout.homes[`${event.space}:${event.page}`] as Home;
      if (event.cached && here.vcpu.mayStore[page]) return false;
      const through = here.world.layout.storesThrough[page];
      const found = through === undefined ? page : hardwareWalk(here, through);
      return event.emulated || found === null || (found === page && storeExits(here, page));
    }
    case 'write-dir':
      return storeExits(here, upperEntry(here, event).page);
    case 'zap-during':
      return event.during === 'fault' && hardwareWalk(here, event.page) === null;
    case 'host':
      return false;
    default:
      return true;
  }
}

/** A page that KVM write-tracks is not writable either. */
function storeExits({ machine }: Seen, page: PageName): boolean {
  return !machine.writable[page];
}
