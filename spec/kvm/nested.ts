import { match } from 'ts-pattern';
import type { Space } from '../state/names.ts';
import type { Cr3 } from '../state/registers.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { serviceLocalTlbFlushRequests } from './enter-guest.ts';
import { flushVpids } from './hardware-tlb.ts';
import { newPgd } from './new-pgd.ts';
import { makeRequest, requestFlush } from './requests.ts';
import { freePrevRoots, unload } from './roots.ts';
import { shadowPage } from './shadow-page.ts';

/** What L1 does about a VPID for L2, as KVM's functions are given it. */
export type GivenVpid = 'none' | 'same' | 'new';

/** A nested VM entry. @source kernel: nested_vmx_enter_non_root_mode, prepare_vmcs02 */
export const nestedEnter = kvmFunction('nestedEnter', (here: Here, space: Space, vpid: GivenVpid): void => {
  nestedLoadCr3(here, true, { space, low: 0 });
  if (vpid === 'none') flushForTransition(here);
  if (vpid === 'new') flushForNewVpid(here);
});

/**
 * A nested VM entry that fails after KVM has loaded L2's state: the state of L1 is loaded again, as by a nested VM exit.
 * The VPID is noted by then as L2's last one, and what was asked for is due under it. What still waits when L1's VMCS
 * is in use again is served under the VPID of L1.
 *
 * @source kernel: nested_vmx_enter_non_root_mode, vmentry_fail_vmexit_guest_mode; load_vmcs12_host_state
 */
export const nestedEnterFails = kvmFunction(
  'nestedEnterFails',
  (here: Here, space: Space, vpid: GivenVpid): void => {
    const { guest } = here.vcpu;
    const host = guest.cr3;
    guest.ownVpid = vpid !== 'none';
    nestedEnter(here, space, vpid);
    if (here.world.kernel.failedNestedEntry === 'serves') serviceLocalTlbFlushRequests(here);
    loadVmcs12HostState(here, host);
    guest.ownVpid = false;
  },
);

/** A nested VM exit. @source kernel: nested_vmx_vmexit */
export const nestedExit = kvmFunction('nestedExit', (here: Here, space: Space): void => {
  loadVmcs12HostState(here, { space, low: 0 });
});

/** @source kernel: load_vmcs12_host_state */
export const loadVmcs12HostState = kvmFunction('loadVmcs12HostState', (here: Here, host: Cr3): void => {
  nestedLoadCr3(here, false, host);
  if (!here.vcpu.guest.ownVpid) flushForTransition(here);
});

/** The role changes with the mode, yet no root is dropped. @source kernel: nested_vmx_load_cr3 */
export const nestedLoadCr3 = kvmFunction(
  'nestedLoadCr3',
  (here: Here, guestMode: boolean, cr3: Cr3): void => {
    const { vcpu } = here;
    vcpu.guest.guestMode = guestMode;
    newPgd(here, cr3, true);
    vcpu.guest.cr3 = cr3;
  },
);

/**
 * Without a VPID for L2 the processor flushes all linear mappings on entry and on exit.
 *
 * @source kernel: nested_vmx_transition_tlb_flush
 */
export const flushForTransition = kvmFunction('flushForTransition', (here: Here): void => {
  requestFlush(here, here.world.kernel.nestedTransition);
});

/**
 * KVM has one VPID for all those of L2. What it holds for the last one must not be used under a new one.
 *
 * @source kernel: nested_vmx_transition_tlb_flush, nested.last_vpid
 */
export const flushForNewVpid = kvmFunction('flushForNewVpid', (here: Here): void => {
  match(here.world.kernel.newVpid)
    .with('flush-guest', () => makeRequest(here, 'TLB_FLUSH_GUEST'))
    .with('flush-hardware', () => flushVpids(here, ['vpid02']))
    .with('nothing', () => {})
    .exhaustive();
});

/**
 * L1 invalidates what L2 cached under its VPID.
 *
 * @source kernel: handle_invvpid, kvm_mmu_free_guest_mode_roots
 */
export const handleInvvpid = kvmFunction('handleInvvpid', (here: Here): void => {
  const { machine, world, flush } = here;
  flush({ vpid: 'vpid02', page: 'every' });
  if (world.kernel.invvpidRoots === 'every') unload(here);
  else freePrevRoots(here, (root) => shadowPage(machine, root.page).role === 'l2');
});
