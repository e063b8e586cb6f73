import type { Machine } from '../state/machine.ts';
import type { Request } from '../state/requests.ts';
import type { Vcpu } from '../state/vcpu.ts';

/** Raises a request on one vCPU. @source kernel: kvm_make_request */
export function makeRequest(vcpu: Vcpu, request: Request): void {
  if (!vcpu.requests.includes(request)) vcpu.requests.push(request);
}

/** Raises a request on every vCPU and kicks those that run. @source kernel: kvm_make_all_cpus_request */
export function makeAllCpusRequest(machine: Machine, request: Request): void {
  for (const vcpu of machine.vcpus) makeRequest(vcpu, request);
}

/**
 * Asks every vCPU to flush its whole hardware TLB before it runs again.
 *
 * @source kernel: kvm_flush_remote_tlbs
 */
export function flushRemoteTlbs(machine: Machine): void {
  if (machine.vcpus.some(({ requests }) => !requests.includes('TLB_FLUSH'))) machine.work.remoteFlushes++;
  makeAllCpusRequest(machine, 'TLB_FLUSH');
}

/** Withdraws a request; whether it was raised. @source kernel: kvm_check_request */
export function checkRequest(vcpu: Vcpu, request: Request): boolean {
  const position = vcpu.requests.indexOf(request);
  if (position < 0) return false;
  vcpu.requests.splice(position, 1);
  return true;
}
