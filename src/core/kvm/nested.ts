import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { VcpuFields } from '../row/layout.ts';
import { CONSULTED, note } from '../row/notes.ts';
import { MMU_SYNC, TLB_FLUSH_CURRENT, TLB_FLUSH_GUEST } from '../state/requests.ts';
import { INVALID, roleOf } from '../state/root.ts';
import { L2 } from '../state/vcpu.ts';
import { newPgd } from './new-pgd.ts';
import { makeRequest } from './requests.ts';
import { freePrevRoot, unload } from './roots.ts';

/** A nested VM entry or exit. @source kernel: nested_vmx_load_cr3, nested_vmx_transition_tlb_flush */
export function nestedTransition(m: Core, v: VcpuFields, guestMode: number, cr3: number): void {
  set(m, v.guestMode, guestMode);
  newPgd(m, v, cr3, true);
  set(m, v.cr3, cr3);
  note(m, CONSULTED.nestedTransition);
  switch (m.kernel.nestedTransition) {
    case 'flush-guest':
      makeRequest(m, v, TLB_FLUSH_GUEST);
      return;
    case 'sync-and-flush-current':
      makeRequest(m, v, MMU_SYNC);
      makeRequest(m, v, TLB_FLUSH_CURRENT);
      return;
  }
}

/** L1 invalidates what L2 cached. @source kernel: handle_invvpid, kvm_mmu_free_guest_mode_roots */
export function handleInvvpid(m: Core, v: VcpuFields): void {
  note(m, CONSULTED.invvpidRoots);
  if (m.kernel.invvpidRoots === 'every') {
    unload(m, v);
    return;
  }
  for (let slot = 0; slot < v.prevRoots.length; slot++) {
    const root = get(m, v.prevRoots[slot]!);
    if (root !== INVALID && roleOf(m, root) === L2) freePrevRoot(m, v, slot);
  }
}
