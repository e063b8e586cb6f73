import type { Core } from '../machine.ts';
import { get } from '../row/field.ts';
import type { VcpuFields } from '../row/fields.ts';
import { CONSULTED, note } from '../row/notes.ts';
import { MMU_SYNC, TLB_FLUSH_CURRENT } from '../state/requests.ts';
import { activePcid } from '../state/vcpu.ts';
import { makeRequest } from './requests.ts';
import { freePrevRootsOf } from './roots.ts';
import { syncRoots } from './sync.ts';

/**
 * Invalidates a PCID for a flushing MOV CR3 or INVPCID single-context.
 *
 * @source kernel: kvm_invalidate_pcid
 */
export function invalidatePcid(m: Core, v: VcpuFields, pcid: number): void {
  const pcidless = get(m, v.pcide) === 0;
  if (pcidless) {
    note(m, CONSULTED.pcidlessInvalidation);
    if (m.kernel.pcidlessInvalidation === 'return-first') return;
  }
  if (activePcid(m, v) === pcid) syncAndFlushCurrent(m, v);
  if (pcidless) {
    if (m.kernel.pcidlessInvalidation === 'keep-prev-roots') return;
  } else {
    note(m, CONSULTED.pcidInvalidation);
    if (m.kernel.pcidInvalidation === 'keep-prev-roots') return;
  }
  freePrevRootsOf(m, v, pcid);
}

/**
 * @source kernel: KVM_REQ_MMU_SYNC and KVM_REQ_TLB_FLUSH_CURRENT in kvm_invalidate_pcid; in kvm_set_cr3 up to
 * v5.13
 */
export function syncAndFlushCurrent(m: Core, v: VcpuFields): void {
  note(m, CONSULTED.currentRootSync);
  if (m.kernel.currentRootSync === 'at-once') syncRoots(m, v);
  if (m.kernel.currentRootSync === 'by-request') makeRequest(m, v, MMU_SYNC);
  makeRequest(m, v, TLB_FLUSH_CURRENT);
}

/** The sync where it comes too early: for a MOV CR3 that switches, the root in use is the one given up. */
export function syncBeforeSwitch(m: Core, v: VcpuFields): void {
  if (m.kernel.currentRootSync === 'before-switch') syncRoots(m, v);
}
