import { match } from 'ts-pattern';
import { nestedFaults } from '../architecture/faults.ts';
import { REQUIRED_INVALIDATIONS } from '../architecture/invalidations.ts';
import type { Nested } from '../events/event.ts';
import { handleInvvpid, nestedEnter, nestedEnterFails, nestedExit } from '../kvm/nested.ts';
import { type Reducer, readsNothing } from './reducer.ts';

/** What a nested hypervisor does. */
export const nested: Reducer<Nested> = {
  faults: nestedFaults,
  guestTlb: REQUIRED_INVALIDATIONS.nested,
  kvm: (here, event) =>
    match(event)
      .with({ action: 'enter', fails: true }, ({ space, vpid }) =>
        nestedEnterFails(here, space, vpid ?? 'none'),
      )
      .with({ action: 'enter' }, ({ space, vpid }) => nestedEnter(here, space, vpid ?? 'none'))
      .with({ action: 'exit' }, ({ space }) => nestedExit(here, space))
      .with({ action: 'invvpid' }, () => handleInvvpid(here))
      .exhaustive(),
  hardware: readsNothing,
};
