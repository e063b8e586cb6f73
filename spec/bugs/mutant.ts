import type { Kernel } from '../kernels/decisions.ts';
import type { KernelName } from '../kernels/named.ts';
import { SAFETY } from '../properties/vtlb-within-guest-tlb.ts';

/** The guest gets a translation that it must not get. */
export const STALE = { breaks: SAFETY } as const;

export const MINIMAL = { layout: 'minimal', bounds: {} } as const;

/** Where the guest stores to a page table through an entry that it may rewrite. */
export const STORES = { layout: 'stores', bounds: {} } as const;

/** v6.12, or the kernel named, with some decisions changed, and as it is. */
export const mutant = (set: Partial<Kernel>, kernel: KernelName = 'v6.12') => ({
  before: { kernel, set },
  after: { kernel },
});
