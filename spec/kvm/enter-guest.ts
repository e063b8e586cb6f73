import { REQUESTS, type Request } from '../state/requests.ts';
import type { Flush } from '../state/tlb-effects.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { vcpuFlushTlbGuest } from './flush-guest.ts';
import { flushTlbAll, flushTlbCurrent } from './hardware-tlb.ts';
import { loadPgd, reload } from './load.ts';
import { checkRequest } from './requests.ts';
import { freeObsoleteRoots, unload } from './roots.ts';
import { syncRoots } from './sync.ts';

/** How each request is served. */
const SERVICE: Readonly<Record<Request, (here: Here) => void>> = {
  MMU_RELOAD: unload,
  MMU_FREE_OBSOLETE_ROOTS: freeObsoleteRoots,
  MMU_SYNC: syncRoots,
  LOAD_MMU_PGD: loadPgd,
  TLB_FLUSH: (here) => {
    flushTlbAll(here);
    checkRequest(here, 'TLB_FLUSH_CURRENT');
    if (here.world.kernel.flushRequestClears === 'current-and-guest') checkRequest(here, 'TLB_FLUSH_GUEST');
  },
  TLB_FLUSH_CURRENT: flushTlbCurrent,
  TLB_FLUSH_GUEST: vcpuFlushTlbGuest,
};

/** Serves one pending request. */
export function serviceRequest(here: Here, request: Request): void {
  if (checkRequest(here, request)) SERVICE[request](here);
}

/**
 * Serves the flushes that are due in the context of this vCPU before it goes on to another.
 *
 * @source kernel: kvm_service_local_tlb_flush_requests
 */
export const serviceLocalTlbFlushRequests = kvmFunction(
  'serviceLocalTlbFlushRequests',
  (here: Here): void => {
    for (const request of ['TLB_FLUSH_CURRENT', 'TLB_FLUSH_GUEST'] as const) serviceRequest(here, request);
  },
);

/**
 * Enters the guest: serves the requests in their order, loads a root if there is none, and starts over while
 * that raised new requests (a sync asks every vCPU, this one included, for a flush). The flushes are carried out
 * by the hardware as it enters: an entry that fails once is tried again.
 *
 * @source kernel: vcpu_enter_guest
 */
export const enterGuest = kvmFunction('enterGuest', (here: Here): void => {
  const { vcpu, world } = here;
  const flushes: Flush[] = [];
  const entering: Here = { ...here, flush: (flush) => flushes.push(flush) };
  do {
    for (const request of REQUESTS) if (vcpu.mmu.requests.length > 0) serviceRequest(entering, request);
    reload(entering);
  } while (vcpu.mmu.requests.length > 0);
  const lost = vcpu.entryFails && world.kernel.failedEntry === 'loses-flush';
  if (!lost) for (const flush of flushes) here.flush(flush);
  vcpu.entryFails = false;
});
