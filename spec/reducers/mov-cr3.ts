import { movCr3Faults } from '../architecture/faults.ts';
import { REQUIRED_INVALIDATIONS } from '../architecture/invalidations.ts';
import type { MovCr3 } from '../events/event.ts';
import { setCr3 } from '../kvm/set-cr3.ts';
import { type Reducer, readsNothing } from './reducer.ts';

/** MOV to CR3. */
export const movCr3: Reducer<MovCr3> = {
  faults: movCr3Faults,
  guestTlb: REQUIRED_INVALIDATIONS['mov-cr3'],
  kvm: (here, { space, low, noflush }) => setCr3(here, { space, low }, noflush),
  hardware: readsNothing,
};
