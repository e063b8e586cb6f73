import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { VcpuFields } from '../row/fields.ts';
import { CONSULTED, note } from '../row/notes.ts';
import { TLB_FLUSH_GUEST } from '../state/requests.ts';
import { INVALID, roleOf } from '../state/root.ts';
import { L2 } from '../state/vcpu.ts';
import { flushOtherVpid, flushVpid } from './hardware-tlb.ts';
import { newPgd } from './new-pgd.ts';
import { makeRequest, requestFlush } from './requests.ts';
import { freePrevRoot, unload } from './roots.ts';

/** A nested VM entry. @source kernel: nested_vmx_enter_non_root_mode */
export function nestedEnter(m: Core, v: VcpuFields, cr3: number, vpid: 'none' | 'same' | 'new'): void {
  loadCr3(m, v, 1, cr3);
  if (vpid === 'none') flushForTransition(m, v);
  if (vpid === 'new') flushForNewVpid(m, v);
}

/** A nested VM exit. @source kernel: nested_vmx_vmexit */
export function nestedExit(m: Core, v: VcpuFields, cr3: number, ownVpid: boolean): void {
  loadCr3(m, v, 0, cr3);
  if (!ownVpid) flushForTransition(m, v);
}

/** The role changes with the mode, yet no root is dropped. @source kernel: nested_vmx_load_cr3 */
function loadCr3(m: Core, v: VcpuFields, guestMode: number, cr3: number): void {
  set(m, v.guestMode, guestMode);
  newPgd(m, v, cr3, true);
  set(m, v.cr3, cr3);
}

/** KVM has one VPID for all those of L2. @source kernel: nested_vmx_transition_tlb_flush, nested.last_vpid */
function flushForNewVpid(m: Core, v: VcpuFields): void {
  note(m, CONSULTED.newVpid);
  if (m.kernel.newVpid === 'flush-guest') makeRequest(m, v, TLB_FLUSH_GUEST);
  if (m.kernel.newVpid === 'flush-hardware') flushVpid(m, v);
}

/** Without a VPID for L2 entry and exit flush. @source kernel: nested_vmx_transition_tlb_flush */
function flushForTransition(m: Core, v: VcpuFields): void {
  note(m, CONSULTED.nestedTransition);
  requestFlush(m, v, m.kernel.nestedTransition);
}

/** L1 invalidates what L2 cached. @source kernel: handle_invvpid, kvm_mmu_free_guest_mode_roots */
export function handleInvvpid(m: Core, v: VcpuFields): void {
  flushOtherVpid(m, v);
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
