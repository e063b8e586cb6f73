import { invpcidFaults } from '../architecture/faults.ts';
import { REQUIRED_INVALIDATIONS } from '../architecture/invalidations.ts';
import type { Invpcid } from '../events/event.ts';
import { handleInvpcid } from '../kvm/handle-invpcid.ts';
import { type Reducer, readsNothing } from './reducer.ts';

/** INVPCID. */
export const invpcid: Reducer<Invpcid> = {
  faults: invpcidFaults,
  guestTlb: REQUIRED_INVALIDATIONS.invpcid,
  kvm: handleInvpcid,
  hardware: readsNothing,
};
