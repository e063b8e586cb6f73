import type { Pcid } from './names.ts';
import { type Cr0, type Cr3, type Cr4, pcidOf } from './registers.ts';
import type { Request } from './requests.ts';
import type { Role, ShadowPageId } from './shadow.ts';
import { EMPTY_TLB, type Tlb } from './tlb.ts';

/**
 * A root slot: the guest CR3 it was built for, in all its bits, and the shadow page it points to.
 *
 * @source kernel: struct kvm_mmu_root_info
 */
export interface Root {
  readonly pgd: Cr3;
  readonly page: ShadowPageId;
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

/** What both TLBs could hold under one VPID. */
export interface VpidTlbs {
  guestTlb: Tlb;
  loaded: readonly Cr3[];
  hardwareTlb: Tlb;
}

/** One virtual processor. */
export interface Vcpu extends VpidTlbs {
  cr0: Cr0;
  cr3: Cr3;
  cr4: Cr4;
  /** Ghost: what the guest's own TLB could hold under the contract. No KVM code reads it. */
  guestTlb: Tlb;
  /** Ghost: the CR3 values through which the contract lets the guest's TLB fill besides the active one. */
  loaded: readonly Cr3[];
  /** The current root; null is INVALID_PAGE. */
  root: Root | null;
  /** The cached roots, most recently used first; null is an empty slot. */
  prevRoots: (Root | null)[];
  /** Requests raised and not yet served; empty whenever the guest runs. */
  requests: Request[];
  hardwareCr3: HardwareCr3 | null;
  /**
   * What the physical TLB could hold for this vCPU's VPID. KVM never sets the Global bit in an SPTE, so no
   * entry is global.
   */
  hardwareTlb: Tlb;
  /** What the physical TLB of the other CPU could still hold for this vCPU, from when it ran there. */
  awayTlb: Tlb;
  /** Whether L2, the guest of a nested hypervisor, runs. */
  guestMode: boolean;
  /** Whether L2 runs under a VPID of its own, and not under that of L1. */
  ownVpid: boolean;
  /** What is kept under the other VPID: that of L1 while L2 runs under its own, else L2's. */
  otherVpid: VpidTlbs;
  /** Whether the next VM entry that has something to do fails once. */
  entryFails: boolean;
}

/** The PCID that tags what the guest does now. @source kernel: kvm_get_active_pcid */
export function activePcid(vcpu: Vcpu): Pcid {
  return pcidOf(vcpu.cr4, vcpu.cr3);
}

/**
 * The tag that the hardware gives to what it caches now.
 *
 * @source kernel: vmx_load_mmu_pgd writes the active PCID into GUEST_CR3
 */
export function hardwareTag(vcpu: Vcpu): Pcid {
  return vcpu.cr4.pcide ? (vcpu.hardwareCr3?.pcid ?? 0) : 0;
}

/** The role that a root must have to be used now. @source kernel: kvm_calc_cpu_role, mmu.root_role */
export function rootRole(vcpu: Vcpu): Role {
  if (vcpu.guestMode) return 'l2';
  if (vcpu.cr0.wp) return 'wp';
  return vcpu.cr4.smep ? 'nowp-smep' : 'nowp';
}

/** What TLBs hold under a VPID that was never used. */
export const UNUSED_VPID: VpidTlbs = { guestTlb: EMPTY_TLB, loaded: [], hardwareTlb: EMPTY_TLB };
