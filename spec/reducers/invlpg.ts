import { REQUIRED_INVALIDATIONS } from '../architecture/invalidations.ts';
import type { Invlpg } from '../events/event.ts';
import { invlpg as kvmInvlpg } from '../kvm/invalidate-addr.ts';
import { never, type Reducer, readsNothing } from './reducer.ts';

/** INVLPG. */
export const invlpg: Reducer<Invlpg> = {
  faults: never,
  guestTlb: REQUIRED_INVALIDATIONS.invlpg,
  kvm: (here, { page }) => kvmInvlpg(here, page),
  hardware: readsNothing,
};
