import type { Core } from '../machine.ts';
import type { VcpuFields } from '../row/fields.ts';
import { CONSULTED, note } from '../row/notes.ts';
import { flushTlbGuest } from './hardware-tlb.ts';
import { freeUnsyncPrevRoots, unload } from './roots.ts';
import { syncRoots } from './sync.ts';

/** Carries out that the guest flushed its entire TLB. @source kernel: kvm_vcpu_flush_tlb_guest */
export function flushGuest(m: Core, v: VcpuFields): void {
  note(m, CONSULTED.flushGuestService);
  switch (m.kernel.flushGuestService) {
    case 'hardware-only':
      flushTlbGuest(m, v);
      return;
    case 'unload':
      unload(m, v);
      return;
    case 'sync-and-free-unsync':
      syncRoots(m, v);
      freeUnsyncPrevRoots(m, v);
      flushTlbGuest(m, v);
      return;
    case 'sync-current':
      syncRoots(m, v);
      flushTlbGuest(m, v);
      return;
    case 'sync-without-flush':
      syncRoots(m, v);
      freeUnsyncPrevRoots(m, v);
      return;
  }
}
