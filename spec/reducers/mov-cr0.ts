import { REQUIRED_INVALIDATIONS } from '../architecture/invalidations.ts';
import type { MovCr0 } from '../events/event.ts';
import { setCr0 } from '../kvm/set-cr0.ts';
import { never, type Reducer, readsNothing } from './reducer.ts';

/** MOV to CR0. */
export const movCr0: Reducer<MovCr0> = {
  faults: never,
  guestTlb: REQUIRED_INVALIDATIONS['mov-cr0'],
  kvm: (here, { wp }) => setCr0(here, wp),
  hardware: readsNothing,
};
