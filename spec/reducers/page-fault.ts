import { REQUIRED_INVALIDATIONS } from '../architecture/invalidations.ts';
import type { PageFault } from '../events/event.ts';
import { injectEmulatedPageFault } from '../kvm/invalidate-addr.ts';
import { never, type Reducer, readsNothing } from './reducer.ts';

/** A page fault that the guest gets to see: not that which KVM handles, `pageFault` of `spec/kvm`. */
export const guestPageFault: Reducer<PageFault> = {
  faults: never,
  guestTlb: REQUIRED_INVALIDATIONS['page-fault'],
  kvm: (here, { page }) => injectEmulatedPageFault(here, page),
  hardware: readsNothing,
};
