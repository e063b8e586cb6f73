import type { StateProperty } from './property.ts';
import { describeStale, staleTranslations } from './vtlb.ts';

/** The name of the safety property; the others are the discipline that KVM keeps in order to have it. */
export const SAFETY = 'vtlb-within-guest-tlb';

/** Safety: what the guest can use is contained in what its own TLB could hold and what its tables say now. */
export const vtlbWithinGuestTlb: StateProperty = {
  name: SAFETY,
  on: 'state',
  doc: 'the vTLB holds nothing but what the guest TLB could hold or a fresh walk of the guest tables finds',
  violation: (world, machine) => {
    const [stale] = staleTranslations(world, machine);
    return stale === undefined ? null : describeStale(stale);
  },
};
