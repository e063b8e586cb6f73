import { match } from 'ts-pattern';
import { REQUIRED_INVALIDATIONS } from '../architecture/invalidations.ts';
import type { Host } from '../events/event.ts';
import { vcpuLoadVmcs } from '../kvm/hardware-tlb.ts';
import { makeRequest } from '../kvm/requests.ts';
import { vcpuReset } from '../kvm/reset.ts';
import { logDirty, zapAllFast } from '../kvm/zap.ts';
import { never, type Reducer, readsNothing } from './reducer.ts';

/**
 * What comes from outside the vCPU.
 *
 * @source kernel: kvm_mmu_zap_all_fast; svm_vcpu_run; KVM_VCPU_FLUSH_TLB in record_steal_time
 */
export const host: Reducer<Host> = {
  faults: never,
  guestTlb: REQUIRED_INVALIDATIONS.host,
  kvm: (here, { action }) => {
    match(action)
      .with('zap-all', () => zapAllFast(here))
      .with('flush-guest', () => makeRequest(here, 'TLB_FLUSH_GUEST'))
      .with('init', () => vcpuReset(here))
      .with('migrate', () => vcpuLoadVmcs(here))
      .with('log-dirty', () => logDirty(here))
      .with('fail-entry', () => {})
      .exhaustive();
  },
  hardware: readsNothing,
};
