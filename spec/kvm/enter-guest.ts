import type { Here } from '../state/machine.ts';
import { REQUESTS, type Request } from '../state/requests.ts';
import { flushGuest } from './flush-guest.ts';
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
    checkRequest(here.vcpu, 'TLB_FLUSH_CURRENT');
  },
  TLB_FLUSH_CURRENT: flushTlbCurrent,
  TLB_FLUSH_GUEST: flushGuest,
};

/** Serves one pending request. */
export function serviceRequest(here: Here, request: Request): void {
  if (checkRequest(here.vcpu, request)) SERVICE[request](here);
}

/**
 * Enters the guest: serves the requests in their order, loads a root if there is none, and starts over while
 * that raised new requests (a sync asks every vCPU, this one included, for a flush).
 *
 * @source kernel: vcpu_enter_guest
 */
export function enterGuest(here: Here): void {
  do {
    for (const request of REQUESTS) if (here.vcpu.requests.length > 0) serviceRequest(here, request);
    reload(here);
  } while (here.vcpu.requests.length > 0);
}
