import { type Here, only } from './here.ts';
import { equal, known, type Term, TRUE } from './logic.ts';
import { requestFlush } from './registers.ts';
import { type Finds, freePrevRoots, newPgd, unload } from './roots.ts';
import { fixed } from './vocabulary.ts';

/**
 * A nested VM entry or exit, L2 without a VPID of its own: the role changes with the mode, and KVM looks for a root of
 * the CR3 that is loaded.
 *
 * @source nestedEnter, nestedExit of spec/kvm; kernel: nested_vmx_load_cr3, nested_vmx_transition_tlb_flush
 */
export function nestedTransition(here: Here, toGuest: boolean, space: Term, finds: Finds): void {
  const { vcpu, state } = here;
  here.require(equal(state.guestMode(vcpu), known(!toGuest)));
  here.assign(only(vcpu, TRUE), { guestMode: () => known(toGuest) });
  newPgd(here, space, fixed.zero, true, finds);
  here.assign(only(vcpu, TRUE), { cr3Space: () => space, cr3Low: () => fixed.zero });
  here.allowsRefill = true;
  requestFlush(here, here.asks('nestedTransition'));
}

/** INVVPID by L1. @source handleInvvpid of spec/kvm; kernel: handle_invvpid, kvm_mmu_free_guest_mode_roots */
export function handleInvvpid(here: Here): void {
  const { vcpu, state } = here;
  here.require(equal(state.guestMode(vcpu), known(false)));
  if (here.asks('invvpidRoots') === 'every') unload(here, TRUE);
  else freePrevRoots(here, TRUE, (_s, _l, r) => equal(r, fixed.l2Role));
}
