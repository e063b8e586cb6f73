import { REQUIRED_INVALIDATIONS } from '../architecture/invalidations.ts';
import type { HostZapAll } from '../events/event.ts';
import { zapAllFast } from '../kvm/zap.ts';
import { never, type Reducer, readsNothing } from './reducer.ts';

/** The host changes a memslot. The guest does not take part. */
export const host: Reducer<HostZapAll> = {
  faults: never,
  guestTlb: REQUIRED_INVALIDATIONS.host,
  kvm: ({ world, machine }) => zapAllFast(world, machine),
  hardware: readsNothing,
};
