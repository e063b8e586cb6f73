import { fillGuestTlb } from '../architecture/guest-tlb.ts';
import { fillHardwareTlb } from '../kvm/hardware-tlb.ts';
import type { Machine, World } from '../state/machine.ts';

/**
 * The third part of a step: both TLBs of every vCPU take in what they may. A recipe: it changes `machine`.
 */
export function speculate(world: World, machine: Machine): void {
  for (const vcpu of machine.vcpus) {
    const here = { world, machine, vcpu };
    fillGuestTlb(here);
    fillHardwareTlb(here);
  }
}
