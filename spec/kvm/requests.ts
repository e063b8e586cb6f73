import { match } from 'ts-pattern';
import type { Request } from '../state/requests.ts';
import type { KvmVcpu } from '../state/vcpu.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';

/** Raises a request on one vCPU. @source kernel: kvm_make_request */
export const makeRequest = kvmFunction('makeRequest', (here: Here, request: Request): void => {
  raise(here.vcpu, request);
});

function raise({ mmu }: KvmVcpu, request: Request): void {
  if (!mmu.requests.includes(request)) mmu.requests.push(request);
}

/** What KVM may ask a vCPU to do about a flush by its guest. */
export type GuestFlush = 'reload' | 'flush-guest' | 'sync-and-flush-current' | 'flush-current';

/** Raises the requests that a flush by the guest comes to. */
export function requestFlush(here: Here, flush: GuestFlush): void {
  match(flush)
    .with('reload', () => makeRequest(here, 'MMU_RELOAD'))
    .with('flush-guest', () => makeRequest(here, 'TLB_FLUSH_GUEST'))
    .with('sync-and-flush-current', () => {
      makeRequest(here, 'MMU_SYNC');
      makeRequest(here, 'TLB_FLUSH_CURRENT');
    })
    .with('flush-current', () => makeRequest(here, 'TLB_FLUSH_CURRENT'))
    .exhaustive();
}

/** Raises a request on every vCPU and kicks those that run. @source kernel: kvm_make_all_cpus_request */
export const makeAllCpusRequest = kvmFunction(
  'makeAllCpusRequest',
  ({ machine }: Here, request: Request): void => {
    for (const vcpu of machine.vcpus) raise(vcpu, request);
  },
);

/**
 * Asks every vCPU to flush its whole hardware TLB before it runs again.
 *
 * @source kernel: kvm_flush_remote_tlbs
 */
export const flushRemoteTlbs = kvmFunction('flushRemoteTlbs', (here: Here): void => {
  const { machine } = here;
  if (machine.vcpus.some(({ mmu }) => !mmu.requests.includes('TLB_FLUSH'))) machine.work.remoteFlushes++;
  makeAllCpusRequest(here, 'TLB_FLUSH');
});

/** Withdraws a request; whether it was raised. @source kernel: kvm_check_request */
export const checkRequest = kvmFunction('checkRequest', ({ vcpu }: Here, request: Request): boolean => {
  const position = vcpu.mmu.requests.indexOf(request);
  if (position < 0) return false;
  vcpu.mmu.requests.splice(position, 1);
  return true;
});
