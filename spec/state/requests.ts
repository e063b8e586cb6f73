/**
 * The requests that matter here, named without the KVM_REQ_ prefix and in the order in which vcpu_enter_guest
 * serves them. A kernel raises MMU_RELOAD (up to v5.17) or MMU_FREE_OBSOLETE_ROOTS (from v5.18) when a root
 * is zapped.
 *
 * @source kernel: vcpu_enter_guest, kvm_service_local_tlb_flush_requests
 */
export const REQUESTS = [
  'MMU_RELOAD',
  'MMU_FREE_OBSOLETE_ROOTS',
  'MMU_SYNC',
  'LOAD_MMU_PGD',
  'TLB_FLUSH',
  'TLB_FLUSH_CURRENT',
  'TLB_FLUSH_GUEST',
] as const;

/** A request by its kernel name, without KVM_REQ_. */
export type Request = (typeof REQUESTS)[number];
