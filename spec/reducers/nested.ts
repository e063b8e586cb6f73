import { match } from 'ts-pattern';
import { nestedFaults } from '../architecture/faults.ts';
import { REQUIRED_INVALIDATIONS } from '../architecture/invalidations.ts';
import type { Nested } from '../events/event.ts';
import { handleInvvpid, nestedTransition } from '../kvm/nested.ts';
import { type Reducer, readsNothing } from './reducer.ts';

/** What a nested hypervisor does. */
export const nested: Reducer<Nested> = {
  faults: nestedFaults,
  guestTlb: REQUIRED_INVALIDATIONS.nested,
  kvm: (here, event) =>
    match(event)
      .with({ action: 'enter' }, ({ space }) => nestedTransition(here, true, space))
      .with({ action: 'exit' }, ({ space }) => nestedTransition(here, false, space))
      .with({ action: 'invvpid' }, () => handleInvvpid(here))
      .exhaustive(),
  hardware: readsNothing,
};
