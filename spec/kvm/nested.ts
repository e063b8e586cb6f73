import { match } from 'ts-pattern';
import type { Here } from '../state/machine.ts';
import type { Space } from '../state/names.ts';
import { newPgd } from './new-pgd.ts';
import { makeRequest } from './requests.ts';
import { freePrevRoots, unload } from './roots.ts';
import { shadowPage } from './shadow-page.ts';

/**
 * A nested VM entry or exit: the role changes with the mode and CR3 is loaded, yet no root is dropped. Without
 * a VPID for L2 the processor flushes all linear mappings on both.
 *
 * @source kernel: nested_vmx_load_cr3, nested_vmx_transition_tlb_flush
 */
export function nestedTransition(here: Here, guestMode: boolean, space: Space): void {
  const { vcpu, world } = here;
  const cr3 = { space, low: 0 };
  vcpu.guestMode = guestMode;
  newPgd(here, cr3, true);
  vcpu.cr3 = cr3;
  match(world.kernel.nestedTransition)
    .with('flush-guest', () => makeRequest(vcpu, 'TLB_FLUSH_GUEST'))
    .with('sync-and-flush-current', () => {
      makeRequest(vcpu, 'MMU_SYNC');
      makeRequest(vcpu, 'TLB_FLUSH_CURRENT');
    })
    .exhaustive();
}

/**
 * L1 invalidates what L2 cached under a VPID.
 *
 * @source kernel: handle_invvpid, kvm_mmu_free_guest_mode_roots
 */
export function handleInvvpid(here: Here): void {
  const { machine, world } = here;
  if (world.kernel.invvpidRoots === 'every') unload(here);
  else freePrevRoots(here, (root) => shadowPage(machine, root.page).role === 'l2');
}
