import type { PageName, Pcid } from './names.ts';
import { type Cr0, type Cr3, type Cr4, pcidOf, sameCr3 } from './registers.ts';
import type { Request } from './requests.ts';
import type { ShadowPageId } from './shadow.ts';
import { type Tlbs, unusedVpid, type Vpid } from './tlb.ts';

/** The guest's own: the registers, and the mode that it runs in. */
export interface GuestState {
  cr0: Cr0;
  cr3: Cr3;
  cr4: Cr4;
  /** Whether L2, the guest of a nested hypervisor, runs. */
  guestMode: boolean;
  /** Whether L2 runs under a VPID of its own, and not under that of L1. */
  ownVpid: boolean;
}

/**
 * A root slot: the guest CR3 it was built for, in all its bits, and the shadow page it points to.
 *
 * @source kernel: struct kvm_mmu_root_info
 */
export interface Root {
  readonly pgd: Cr3;
  readonly page: ShadowPageId;
}

/** Whether two slots hold the same. */
export function sameSlot(one: Root | null, other: Root | null): boolean {
  if (one === null || other === null) return one === other;
  return one === other || (one.page === other.page && sameCr3(one.pgd, other.pgd));
}

/**
 * What KVM last loaded into the hardware's CR3: a shadow page and a PCID.
 *
 * @source kernel: kvm_mmu_load_pgd, vmx_load_mmu_pgd
 */
export interface HardwareCr3 {
  readonly page: ShadowPageId;
  readonly pcid: Pcid;
}

/** KVM's own for a vCPU. @source kernel: struct kvm_mmu, vcpu->requests */
export interface Mmu {
  /** The current root; null is INVALID_PAGE. */
  root: Root | null;
  /** The cached roots, most recently used first; null is an empty slot. */
  prevRoots: (Root | null)[];
  /** Requests raised and not yet served; empty whenever the guest runs. */
  requests: Request[];
  hardwareCr3: HardwareCr3 | null;
}

/** One virtual processor, by who owns what. */
export interface Vcpu {
  readonly guest: GuestState;
  readonly mmu: Mmu;
  /** The processor's: nothing that KVM or the guest can look into. */
  readonly tlbs: Tlbs;
  /** The environment's: whether the next VM entry that has something to do fails once. */
  entryFails: boolean;
  /**
   * The processor's: the page-table pages to which the hardware TLB may hold a writable translation, so that the
   * guest may store to them without an exit whatever the SPTEs say by now. As for translations, every one that a
   * walk finds may be taken in at any time. Kept where the layout has stores that go through them, and else false.
   */
  mayStore: Record<PageName, boolean>;
}

/** A vCPU as KVM's functions see it. */
export type KvmVcpu = Omit<Vcpu, 'tlbs'>;

/** The PCID that tags what the guest does now. @source kernel: kvm_get_active_pcid */
export function activePcid({ cr4, cr3 }: GuestState): Pcid {
  return pcidOf(cr4, cr3);
}

/**
 * The tag that the hardware gives to what it caches now.
 *
 * @source kernel: vmx_load_mmu_pgd writes the active PCID into GUEST_CR3
 */
export function hardwareTag({ guest, mmu }: KvmVcpu): Pcid {
  return guest.cr4.pcide ? (mmu.hardwareCr3?.pcid ?? 0) : 0;
}

/** The VPID that tags what is cached now. @source kernel: vmx->vpid, nested.vpid02 */
export function vpidInUse({ ownVpid }: GuestState): Vpid {
  return ownVpid ? 'vpid02' : 'vpid01';
}

/** What TLBs hold before anything is cached. */
export function emptyTlbs(): Tlbs {
  return { vpid01: unusedVpid(), vpid02: unusedVpid() };
}
