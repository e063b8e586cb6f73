import { defineKernel } from 'vtlb/spec';

/** A patch to one of KVM's functions: kvm_vcpu_flush_tlb_guest leaves prev_roots alone. */
export default defineKernel({ base: 'v6.12', kvm: { syncPrevRoots: () => {} } });
