import { match } from 'ts-pattern';
import { hardwareWalk } from '../architecture/hardware-tlb.ts';
import { REQUIRED_INVALIDATIONS } from '../architecture/invalidations.ts';
import type { ZapDuring } from '../events/event.ts';
import { asyncPageReady, pageFault } from '../kvm/fetch.ts';
import { zapAllFast } from '../kvm/zap.ts';
import { never, type Reducer, readsNothing } from './reducer.ts';

/** A change of the memslots that overtakes KVM on its way to map a page. */
export const zapDuring: Reducer<ZapDuring> = {
  faults: never,
  guestTlb: REQUIRED_INVALIDATIONS['zap-during'],
  kvm: (here, { during, page }) => {
    const misses = hardwareWalk(here, page) === null;
    zapAllFast(here);
    match(during)
      .with('fault', () => misses && pageFault(here, page))
      .with('page-ready', () => asyncPageReady(here, page))
      .exhaustive();
  },
  hardware: readsNothing,
};
