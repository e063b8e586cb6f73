import type { Here, Machine } from '../state/machine.ts';
import type { VirtualPage } from '../state/names.ts';
import { drop, EMPTY_TLB, fill } from '../state/tlb.ts';
import { hardwareTag, type Vcpu } from '../state/vcpu.ts';
import { type Entry, walk } from '../state/walk.ts';
import { makeRequest } from './requests.ts';

/** Flushes every context of this vCPU. @source kernel: vmx_flush_tlb_all, INVVPID */
export function flushTlbAll({ machine, vcpu }: Here): void {
  flushOtherVpid(vcpu);
  flushVpid(machine, vcpu);
}

/**
 * Flushes the current VPID, every PCID of it; there is no flush of one PCID. Without a root there is nothing
 * to do: its load will flush.
 *
 * @source kernel: vmx_flush_tlb_current, INVVPID single-context
 */
export function flushTlbCurrent({ machine, vcpu }: Here): void {
  if (vcpu.root !== null) flushVpid(machine, vcpu);
}

/**
 * Flushes what the guest cached, root or no root: under the current VPID, be it that of L1 or of L2.
 *
 * @source kernel: vmx_flush_tlb_guest, INVVPID single-context
 */
export function flushTlbGuest({ machine, vcpu, world }: Here): void {
  if (vcpu.ownVpid && world.kernel.guestFlushVpid === 'vpid01') flushOtherVpid(vcpu);
  else flushVpid(machine, vcpu);
}

/** Flushes the VPID that is not in use. @source kernel: vpid_sync_context */
export function flushOtherVpid(vcpu: Vcpu): void {
  vcpu.otherVpid = { ...vcpu.otherVpid, hardwareTlb: EMPTY_TLB };
}

/** Flushes the VPID that is in use. @source kernel: vpid_sync_context */
export function flushVpid(machine: Machine, vcpu: Vcpu): void {
  machine.work.hardwareFlushes++;
  vcpu.hardwareTlb = EMPTY_TLB;
}

/**
 * Flushes one address under every PCID of the VPID.
 *
 * @source kernel: vmx_flush_tlb_gva, INVVPID individual-address
 */
export function flushTlbGva(vcpu: Vcpu, page: VirtualPage): void {
  vcpu.hardwareTlb = drop(vcpu.hardwareTlb, (entry) => entry.page === page);
}

/**
 * The vCPU goes on to run on the other physical CPU, whose TLB holds what the vCPU left there.
 *
 * @source kernel: vmx_vcpu_load_vmcs
 */
export function migrate({ vcpu, world }: Here): void {
  const left = vcpu.hardwareTlb;
  vcpu.hardwareTlb = vcpu.awayTlb;
  vcpu.awayTlb = left;
  if (world.kernel.migration === 'flush') makeRequest(vcpu, 'TLB_FLUSH');
}

/** What the processor finds for a page in the shadow tables that its CR3 points to. */
export function hardwareWalk({ world, machine, vcpu }: Here, page: VirtualPage): Entry {
  if (vcpu.hardwareCr3 === null) return null;
  return walk(machine.shadow, vcpu.hardwareCr3.page, world.layout.paths[page] as readonly number[]);
}

/** The hardware TLB takes in every present translation that a walk finds: it may do so at any time. */
export function fillHardwareTlb(here: Here): void {
  const { vcpu, world } = here;
  for (const page of world.layout.virtualPages) {
    const frame = hardwareWalk(here, page);
    if (frame !== null) vcpu.hardwareTlb = fill(vcpu.hardwareTlb, hardwareTag(vcpu), page, frame);
  }
}
