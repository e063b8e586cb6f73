import type { GuestFlush } from '../../../spec/kvm/requests.ts';
import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { VcpuFields } from '../row/fields.ts';
import { MMU_RELOAD, MMU_SYNC, TLB_FLUSH, TLB_FLUSH_CURRENT, TLB_FLUSH_GUEST } from '../state/requests.ts';
import { count, REMOTE_FLUSHES } from '../state/work.ts';

/** Raises a request on one vCPU. @source kernel: kvm_make_request */
export function makeRequest(m: Core, v: VcpuFields, request: number): void {
  set(m, v.requests, get(m, v.requests) | request);
}

/** Raises the requests that a flush by the guest comes to. */
export function requestFlush(m: Core, v: VcpuFields, flush: GuestFlush): void {
  switch (flush) {
    case 'reload':
      makeRequest(m, v, MMU_RELOAD);
      return;
    case 'flush-guest':
      makeRequest(m, v, TLB_FLUSH_GUEST);
      return;
    case 'sync-and-flush-current':
      makeRequest(m, v, MMU_SYNC);
      makeRequest(m, v, TLB_FLUSH_CURRENT);
      return;
    case 'flush-current':
      makeRequest(m, v, TLB_FLUSH_CURRENT);
      return;
  }
}

/** Raises a request on every vCPU and kicks those that run. @source kernel: kvm_make_all_cpus_request */
export function makeAllCpusRequest(m: Core, request: number): void {
  for (const vcpu of m.layout.vcpus) makeRequest(m, vcpu, request);
}

/**
 * Asks every vCPU to flush its whole hardware TLB before it runs again.
 *
 * @source kernel: kvm_flush_remote_tlbs
 */
export function flushRemoteTlbs(m: Core): void {
  if (m.counting && !pendsEverywhere(m, TLB_FLUSH)) count(m, REMOTE_FLUSHES);
  makeAllCpusRequest(m, TLB_FLUSH);
}

function pendsEverywhere(m: Core, request: number): boolean {
  for (const vcpu of m.layout.vcpus) if ((get(m, vcpu.requests) & request) === 0) return false;
  return true;
}

/** Withdraws a request; whether it was raised. @source kernel: kvm_check_request */
export function checkRequest(m: Core, v: VcpuFields, request: number): boolean {
  const requests = get(m, v.requests);
  set(m, v.requests, requests & ~request);
  return (requests & request) !== 0;
}
