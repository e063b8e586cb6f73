import { hardwareWalk } from '../architecture/hardware-tlb.ts';
import { REQUIRED_INVALIDATIONS } from '../architecture/invalidations.ts';
import type { Access } from '../events/event.ts';
import { pageFault } from '../kvm/fetch.ts';
import { framesFor } from '../state/tlb.ts';
import { hardwareTag, vpidInUse } from '../state/vcpu.ts';
import { never, type Reducer } from './reducer.ts';

/**
 * A read. The hardware TLB may answer it without an exit, which changes nothing; or the processor walks the
 * shadow tables, and exits only where they have no entry.
 */
export const access: Reducer<Access> = {
  faults: never,
  guestTlb: REQUIRED_INVALIDATIONS.access,
  kvm: (here, { page }) => {
    if (hardwareWalk(here, page) === null) pageFault(here, page);
  },
  hardware: (processor, { page }) => {
    const { vcpu } = processor;
    const { hardware } = vcpu.tlbs[vpidInUse(vcpu.guest)];
    const cached = framesFor(hardware, hardwareTag(vcpu), page);
    const walked = hardwareWalk(processor, page);
    return walked === null || cached.includes(walked) ? cached : [...cached, walked].sort();
  },
};
