import { guestFills } from '../architecture/guest-tlb.ts';
import { hardwareFills } from '../architecture/hardware-tlb.ts';
import type { Machine } from '../state/machine.ts';
import { filled, VPIDS } from '../state/tlb.ts';
import { vpidInUse } from '../state/vcpu.ts';
import type { World } from '../world/world.ts';

/**
 * The third part of a step: both TLBs of every vCPU take in what they may. A recipe: it changes `machine`.
 */
export function speculate(world: World, machine: Machine): void {
  for (const vcpu of machine.vcpus) {
    const processor = { world, machine, vcpu };
    for (const vpid of VPIDS) {
      const under = vcpu.tlbs[vpid];
      under.guest = filled(under.guest, guestFills(processor, vpid));
    }
    const inUse = vcpu.tlbs[vpidInUse(vcpu.guest)];
    inUse.hardware = filled(inUse.hardware, hardwareFills(processor));
  }
}
