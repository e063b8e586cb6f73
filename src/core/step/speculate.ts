import { fillGuestTlb } from '../architecture/guest-tlb.ts';
import { fillHardwareTlb } from '../kvm/hardware-tlb.ts';
import type { Core } from '../machine.ts';

/** The third part of a step: both TLBs of every vCPU take in what they may. */
export function speculate(m: Core): void {
  for (const v of m.layout.vcpus) {
    fillGuestTlb(m, v);
    fillHardwareTlb(m, v);
  }
}
