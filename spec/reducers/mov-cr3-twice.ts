import { REQUIRED_INVALIDATIONS } from '../architecture/invalidations.ts';
import type { MovCr3Twice } from '../events/event.ts';
import { setCr3 } from '../kvm/set-cr3.ts';
import { never, type Reducer, readsNothing } from './reducer.ts';

/** Two MOV to CR3 that one exit carries out. */
export const movCr3Twice: Reducer<MovCr3Twice> = {
  faults: never,
  guestTlb: REQUIRED_INVALIDATIONS['mov-cr3-twice'],
  kvm: (here, { first, second }) => {
    setCr3(here, { space: first, low: 0 }, false);
    setCr3(here, { space: second, low: 0 }, false);
  },
  hardware: readsNothing,
};
