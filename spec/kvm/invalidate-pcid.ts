import type { Pcid } from '../state/names.ts';
import { pcidOf } from '../state/registers.ts';
import { activePcid } from '../state/vcpu.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { makeRequest } from './requests.ts';
import { freePrevRoots } from './roots.ts';
import { syncRoots } from './sync.ts';

/**
 * Invalidates a PCID for a flushing MOV CR3 or INVPCID single-context. The current root is synced and flushed
 * if it has the PCID; cached roots that have it are freed. While PCIDE=0 every root has PCID 0, but no CR3
 * load can be NOFLUSH, so a cached root is always synced and flushed when it is used again: the patch keeps
 * them.
 *
 * @source kernel: kvm_invalidate_pcid
 */
export const invalidatePcid = kvmFunction('invalidatePcid', (here: Here, pcid: Pcid): void => {
  const { vcpu, world } = here;
  const { pcidlessInvalidation, pcidInvalidation } = world.kernel;
  const pcidless = !vcpu.guest.cr4.pcide;
  if (pcidless && pcidlessInvalidation === 'return-first') return;
  if (activePcid(vcpu.guest) === pcid) syncAndFlushCurrent(here);
  if ((pcidless ? pcidlessInvalidation : pcidInvalidation) === 'keep-prev-roots') return;
  freePrevRoots(here, (root) => pcidOf(vcpu.guest.cr4, root.pgd) === pcid);
});

/**
 * @source kernel: KVM_REQ_MMU_SYNC and KVM_REQ_TLB_FLUSH_CURRENT in kvm_invalidate_pcid; in kvm_set_cr3 up to
 * v5.13
 */
export const syncAndFlushCurrent = kvmFunction('syncAndFlushCurrent', (here: Here): void => {
  const { currentRootSync } = here.world.kernel;
  if (currentRootSync === 'at-once') syncRoots(here);
  if (currentRootSync === 'by-request') makeRequest(here, 'MMU_SYNC');
  makeRequest(here, 'TLB_FLUSH_CURRENT');
});

/** The sync where it comes too early: for a MOV CR3 that switches, the root in use is the one given up. */
export function whatIfSyncBeforeSwitch(here: Here): void {
  if (here.world.kernel.currentRootSync === 'before-switch') syncRoots(here);
}
