/**
 * What a step made KVM and the processor do: the output of a step and no state. It starts at zero with each
 * step; machines that differ in nothing else are the same.
 *
 * Each count is raised at one place of the recipes.
 */
export interface Work {
  /**
   * Times that the guest left for KVM: by an intercepted instruction, by a read that the shadow tables do not
   * map, by a store to a page that is not writable or that KVM emulates. An event that faults counts nothing,
   * as it changes nothing; neither does what the host does, nor the kick of another vCPU.
   *
   * @source kernel: vmx_handle_exit
   */
  exits: number;
  /** Roots loaded for want of a cached one. @source kernel: kvm_mmu_load */
  rootLoads: number;
  /**
   * Level-1 shadow pages that had all their entries compared with the guest's, those that were found unsync
   * and stay so among them. The one entry that an address invalidation refreshes counts nothing.
   *
   * @source kernel: kvm_sync_page
   */
  pagesSynced: number;
  /**
   * Times that a vCPU's hardware TLB was flushed whole. A flush of one address, or of the VPID that is
   * not in use, counts nothing.
   *
   * @source kernel: vmx_flush_tlb_all, vmx_flush_tlb_current, vmx_flush_tlb_guest
   */
  hardwareFlushes: number;
  /** Root slots emptied that held a root, by an eviction or a flush. @source kernel: mmu_free_root_page */
  rootsFreed: number;
  /**
   * Times that all vCPUs were asked for a flush; no more than once before they are served, since what is
   * pending everywhere already costs nothing more.
   *
   * @source kernel: kvm_flush_remote_tlbs
   */
  remoteFlushes: number;
}

/** What is counted, in the order of reports. */
export const WORK_NAMES = [
  'exits',
  'rootLoads',
  'pagesSynced',
  'hardwareFlushes',
  'rootsFreed',
  'remoteFlushes',
] as const satisfies readonly (keyof Work)[];

/** A kind of work that steps count. */
export type WorkName = (typeof WORK_NAMES)[number];

/** The work of a step that has not begun. */
export function noWork(): Work {
  return { exits: 0, rootLoads: 0, pagesSynced: 0, hardwareFlushes: 0, rootsFreed: 0, remoteFlushes: 0 };
}
