import { match } from 'ts-pattern';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { flushTlbGuest } from './hardware-tlb.ts';
import { freePrevRoots, unload } from './roots.ts';
import { shadowPage } from './shadow-page.ts';
import { isUnsyncRoot, syncRoots } from './sync.ts';

/** Carries out that the guest flushed its entire TLB. @source kernel: kvm_vcpu_flush_tlb_guest */
export const vcpuFlushTlbGuest = kvmFunction('vcpuFlushTlbGuest', (here: Here): void => {
  match(here.world.kernel.flushGuestService)
    .with('hardware-only', () => flushTlbGuest(here))
    .with('unload', () => unload(here))
    .with('sync-and-free-unsync', () => {
      syncRoots(here);
      syncPrevRoots(here);
      flushTlbGuest(here);
    })
    .with('sync-current', () => {
      syncRoots(here);
      flushTlbGuest(here);
    })
    .with('sync-without-flush', () => {
      syncRoots(here);
      syncPrevRoots(here);
    })
    .exhaustive();
});

/**
 * No sync in spite of its name: frees the cached roots that may have something unsync below them and keeps
 * the others. The marks are conservative, so a root whose pages were synced through another root is freed
 * too.
 *
 * @source kernel: kvm_mmu_sync_prev_roots
 */
export const syncPrevRoots = kvmFunction('syncPrevRoots', (here: Here): void => {
  freePrevRoots(here, (root) => isUnsyncRoot(here, shadowPage(here.machine, root.page)));
});
