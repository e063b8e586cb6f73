import type { Here } from '../state/machine.ts';
import { UNUSED_VPID, type Vcpu } from '../state/vcpu.ts';
import { invalidateGuestTlb } from './guest-tlb.ts';

/**
 * The processor goes from L1 to L2, whose VPID is the one that L1 gave it before, or a new one, which counts as a
 * flush of everything. What is cached under the VPID of L1 stays.
 *
 * @source SDM vol. 3C, 29.3
 */
export function enterVpid({ vcpu, world }: Here, vpid: 'same' | 'new'): void {
  exchangeVpids(vcpu);
  if (vpid === 'same') return;
  const everything = { operation: 'invpcid all', pcid: 'every', page: 'every', globals: true } as const;
  invalidateGuestTlb(vcpu, world.contract, [everything]);
}

/** Goes back to L1; whether L2 had a VPID of its own. */
export function leaveVpid(vcpu: Vcpu): boolean {
  const { ownVpid } = vcpu;
  if (ownVpid) exchangeVpids(vcpu);
  return ownVpid;
}

function exchangeVpids(vcpu: Vcpu): void {
  const { guestTlb, loaded, hardwareTlb } = vcpu;
  Object.assign(vcpu, vcpu.otherVpid);
  vcpu.otherVpid = { guestTlb, loaded, hardwareTlb };
  vcpu.ownVpid = !vcpu.ownVpid;
}

/** The guest's own TLB loses all that it holds under the VPID that is not in use. */
export function forgetOtherVpid(vcpu: Vcpu): void {
  const { hardwareTlb } = vcpu.otherVpid;
  vcpu.otherVpid = { ...UNUSED_VPID, hardwareTlb };
}
