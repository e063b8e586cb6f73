import { REQUIRED_INVALIDATIONS } from '../architecture/invalidations.ts';
import type { WritePte } from '../events/event.ts';
import { store } from '../kvm/store.ts';
import type { Home } from '../layouts/layout.ts';
import { never, type Reducer, readsNothing } from './reducer.ts';

/**
 * A store to a level-1 entry. It invalidates nothing: the guest must flush if it wants the old translation
 * gone.
 */
export const writePte: Reducer<WritePte> = {
  faults: never,
  guestTlb: REQUIRED_INVALIDATIONS['write-pte'],
  kvm: (here, { space, page, frame, emulated }) => {
    const home = here.world.layout.homes[`${space}:${page}`] as Home;
    store(here, home.page, home.index, frame, emulated);
  },
  hardware: readsNothing,
};
