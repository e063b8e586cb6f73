import { movCr4Faults } from '../architecture/faults.ts';
import { REQUIRED_INVALIDATIONS } from '../architecture/invalidations.ts';
import type { MovCr4 } from '../events/event.ts';
import { setCr4 } from '../kvm/set-cr4.ts';
import { type Reducer, readsNothing } from './reducer.ts';

/** MOV to CR4. */
export const movCr4: Reducer<MovCr4> = {
  faults: movCr4Faults,
  guestTlb: REQUIRED_INVALIDATIONS['mov-cr4'],
  kvm: (here, { bits }) => setCr4(here, { ...here.vcpu.cr4, ...bits }),
  hardware: readsNothing,
};
