import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { VcpuFields } from '../row/layout.ts';
import { TLB_FLUSH } from '../state/requests.ts';
import { count, REMOTE_FLUSHES } from '../state/work.ts';

/** Raises a request on one vCPU. @source kernel: kvm_make_request */
export function makeRequest(m: Core, v: VcpuFields, request: number): void {
  set(m, v.requests, get(m, v.requests) | request);
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
