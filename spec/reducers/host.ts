import { match } from 'ts-pattern';
import { REQUIRED_INVALIDATIONS } from '../architecture/invalidations.ts';
import type { Host } from '../events/event.ts';
import { makeRequest } from '../kvm/requests.ts';
import { zapAllFast } from '../kvm/zap.ts';
import { never, type Reducer, readsNothing } from './reducer.ts';

/**
 * What comes from outside the vCPU.
 *
 * @source kernel: kvm_mmu_zap_all_fast; svm_vcpu_run; KVM_VCPU_FLUSH_TLB in record_steal_time
 */
export const host: Reducer<Host> = {
  faults: never,
  guestTlb: REQUIRED_INVALIDATIONS.host,
  kvm: ({ world, machine, vcpu }, { action }) =>
    match(action)
      .with('zap-all', () => zapAllFast(world, machine))
      .with('fail-entry', () => {
        vcpu.entryFails = true;
      })
      .with('flush-guest', () => makeRequest(vcpu, 'TLB_FLUSH_GUEST'))
      .exhaustive(),
  hardware: readsNothing,
};
