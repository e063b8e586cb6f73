import { match } from 'ts-pattern';
import type { KvmMachine } from '../state/machine.ts';
import type { Request } from '../state/requests.ts';
import type { KvmVcpu } from '../state/vcpu.ts';

/** Raises a request on one vCPU. @source kernel: kvm_make_request */
export function makeRequest(vcpu: KvmVcpu, request: Request): void {
  if (!vcpu.mmu.requests.includes(request)) vcpu.mmu.requests.push(request);
}

/** What KVM may ask a vCPU to do about a flush by its guest. */
export type GuestFlush = 'reload' | 'flush-guest' | 'sync-and-flush-current' | 'flush-current';

/** Raises the requests that a flush by the guest comes to. */
export function requestFlush(vcpu: KvmVcpu, flush: GuestFlush): void {
  match(flush)
    .with('reload', () => makeRequest(vcpu, 'MMU_RELOAD'))
    .with('flush-guest', () => makeRequest(vcpu, 'TLB_FLUSH_GUEST'))
    .with('sync-and-flush-current', () => {
      makeRequest(vcpu, 'MMU_SYNC');
      makeRequest(vcpu, 'TLB_FLUSH_CURRENT');
    })
    .with('flush-current', () => makeRequest(vcpu, 'TLB_FLUSH_CURRENT'))
    .exhaustive();
}

/** Raises a request on every vCPU and kicks those that run. @source kernel: kvm_make_all_cpus_request */
export function makeAllCpusRequest(machine: KvmMachine, request: Request): void {
  for (const vcpu of machine.vcpus) makeRequest(vcpu, request);
}

/**
 * Asks every vCPU to flush its whole hardware TLB before it runs again.
 *
 * @source kernel: kvm_flush_remote_tlbs
 */
export function flushRemoteTlbs(machine: KvmMachine): void {
  if (machine.vcpus.some(({ mmu }) => !mmu.requests.includes('TLB_FLUSH'))) machine.work.remoteFlushes++;
  makeAllCpusRequest(machine, 'TLB_FLUSH');
}

/** Withdraws a request; whether it was raised. @source kernel: kvm_check_request */
export function checkRequest(vcpu: KvmVcpu, request: Request): boolean {
  const position = vcpu.mmu.requests.indexOf(request);
  if (position < 0) return false;
  vcpu.mmu.requests.splice(position, 1);
  return true;
}
