import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { VcpuFields } from '../row/fields.ts';
import { CONSULTED, note, SERVED } from '../row/notes.ts';
import {
  LOAD_MMU_PGD,
  MMU_FREE_OBSOLETE_ROOTS,
  MMU_RELOAD,
  MMU_SYNC,
  TLB_FLUSH,
  TLB_FLUSH_CURRENT,
  TLB_FLUSH_GUEST,
} from '../state/requests.ts';
import { flushGuest } from './flush-guest.ts';
import { flushTlbAll, flushTlbCurrent } from './hardware-tlb.ts';
import { loadPgd, reload } from './load.ts';
import { checkRequest } from './requests.ts';
import { freeObsoleteRoots, unload } from './roots.ts';
import { syncRoots } from './sync.ts';

/**
 * Enters the guest: serves the requests in their order, loads a root if there is none, and starts over while
 * that raised new requests.
 *
 * @source kernel: vcpu_enter_guest
 */
export function enterGuest(m: Core, v: VcpuFields): void {
  do {
    if (get(m, v.requests) !== 0) serviceRequests(m, v);
    reload(m, v);
  } while (get(m, v.requests) !== 0);
  if (get(m, v.entryFails) === 1) {
    note(m, CONSULTED.failedEntry);
    set(m, v.entryFails, 0);
  }
}

/** Serves the pending requests, each once. @source kernel: vcpu_enter_guest */
function serviceRequests(m: Core, v: VcpuFields): void {
  if (serves(m, v, MMU_RELOAD)) unload(m, v);
  if (m.layout.zaps && serves(m, v, MMU_FREE_OBSOLETE_ROOTS)) freeObsoleteRoots(m, v);
  if (serves(m, v, MMU_SYNC)) syncRoots(m, v);
  if (serves(m, v, LOAD_MMU_PGD)) loadPgd(m, v);
  if (serves(m, v, TLB_FLUSH)) {
    flushTlbAll(m, v);
    checkRequest(m, v, TLB_FLUSH_CURRENT);
    note(m, CONSULTED.flushRequestClears);
    if (m.kernel.flushRequestClears === 'current-and-guest') checkRequest(m, v, TLB_FLUSH_GUEST);
  }
  if (serves(m, v, TLB_FLUSH_CURRENT)) flushTlbCurrent(m, v);
  if (serves(m, v, TLB_FLUSH_GUEST)) flushGuest(m, v);
}

function serves(m: Core, v: VcpuFields, request: number): boolean {
  const raised = checkRequest(m, v, request);
  if (raised) note(m, SERVED[31 - Math.clz32(request)]!);
  return raised;
}
