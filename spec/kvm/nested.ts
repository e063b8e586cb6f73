import { match } from 'ts-pattern';
import type { Space } from '../state/names.ts';
import type { Here } from '../world/world.ts';
import { flushVpids } from './hardware-tlb.ts';
import { newPgd } from './new-pgd.ts';
import { makeRequest, requestFlush } from './requests.ts';
import { freePrevRoots, unload } from './roots.ts';
import { shadowPage } from './shadow-page.ts';

/** A nested VM entry. @source kernel: nested_vmx_enter_non_root_mode */
export function nestedEnter(here: Here, space: Space, vpid: 'none' | 'same' | 'new'): void {
  loadCr3(here, true, space);
  if (vpid === 'none') flushForTransition(here);
  if (vpid === 'new') flushForNewVpid(here);
}

/** A nested VM exit. @source kernel: nested_vmx_vmexit */
export function nestedExit(here: Here, space: Space): void {
  loadCr3(here, false, space);
  if (!here.vcpu.guest.ownVpid) flushForTransition(here);
}

/** The role changes with the mode, yet no root is dropped. @source kernel: nested_vmx_load_cr3 */
function loadCr3(here: Here, guestMode: boolean, space: Space): void {
  const { vcpu } = here;
  const cr3 = { space, low: 0 };
  vcpu.guest.guestMode = guestMode;
  newPgd(here, cr3, true);
  vcpu.guest.cr3 = cr3;
}

/**
 * Without a VPID for L2 the processor flushes all linear mappings on entry and on exit.
 *
 * @source kernel: nested_vmx_transition_tlb_flush
 */
function flushForTransition({ vcpu, world }: Here): void {
  requestFlush(vcpu, world.kernel.nestedTransition);
}

/**
 * KVM has one VPID for all those of L2. What it holds for the last one must not be used under a new one.
 *
 * @source kernel: nested_vmx_transition_tlb_flush, nested.last_vpid
 */
function flushForNewVpid(here: Here): void {
  match(here.world.kernel.newVpid)
    .with('flush-guest', () => makeRequest(here.vcpu, 'TLB_FLUSH_GUEST'))
    .with('flush-hardware', () => flushVpids(here, ['vpid02']))
    .with('nothing', () => {})
    .exhaustive();
}

/**
 * L1 invalidates what L2 cached under its VPID.
 *
 * @source kernel: handle_invvpid, kvm_mmu_free_guest_mode_roots
 */
export function handleInvvpid(here: Here): void {
  const { machine, world, flush } = here;
  flush({ vpid: 'vpid02', page: 'every' });
  if (world.kernel.invvpidRoots === 'every') unload(here);
  else freePrevRoots(here, (root) => shadowPage(machine, root.page).role === 'l2');
}
