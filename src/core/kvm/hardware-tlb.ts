import type { Core } from '../machine.ts';
import { get } from '../row/field.ts';
import type { PageFields, VcpuFields } from '../row/fields.ts';
import { CONSULTED, note } from '../row/notes.ts';
import { TLB_FLUSH } from '../state/requests.ts';
import { INVALID } from '../state/root.ts';
import { drop, exchange, fill } from '../state/tagged-set.ts';
import { hardwareTag, hardwareTop } from '../state/vcpu.ts';
import { frameBit, shadowWalk } from '../state/walk.ts';
import { count, HARDWARE_FLUSHES } from '../state/work.ts';
import { makeRequest } from './requests.ts';

/** Flushes every context of this vCPU. @source kernel: vmx_flush_tlb_all, INVVPID */
export function flushTlbAll(m: Core, v: VcpuFields): void {
  flushOtherVpid(m, v);
  flush(m, v);
}

/**
 * Flushes the current VPID, every PCID of it, if there is a root.
 *
 * @source kernel: vmx_flush_tlb_current, INVVPID single-context
 */
export function flushTlbCurrent(m: Core, v: VcpuFields): void {
  if (get(m, v.root) !== INVALID) flush(m, v);
}

/** Flushes what the guest cached, root or no root. @source kernel: vmx_flush_tlb_guest */
export function flushTlbGuest(m: Core, v: VcpuFields): void {
  if (get(m, v.ownVpid) === 1 && flushesVpid01(m)) flushOtherVpid(m, v);
  else flush(m, v);
}

function flushesVpid01(m: Core): boolean {
  note(m, CONSULTED.guestFlushVpid);
  return m.kernel.guestFlushVpid === 'vpid01';
}

/** Flushes the VPID that is in use, at once. @source kernel: vpid_sync_context */
export function flushVpid(m: Core, v: VcpuFields): void {
  count(m, HARDWARE_FLUSHES);
  drop(m, v.hardwareTlb.all);
}

/** Flushes the VPID that is not in use. @source kernel: vpid_sync_context */
export function flushOtherVpid(m: Core, v: VcpuFields): void {
  drop(m, v.otherVpid.hardwareTlb.all);
}

/** All of these are carried out by the hardware as it enters the guest. */
function flush(m: Core, v: VcpuFields): void {
  count(m, HARDWARE_FLUSHES);
  if (m.kernel.failedEntry === 'loses-flush' && get(m, v.entryFails) === 1) return;
  drop(m, v.hardwareTlb.all);
}

/** Flushes one address under every PCID. @source kernel: vmx_flush_tlb_gva, INVVPID individual-address */
export function flushTlbGva(m: Core, v: VcpuFields, page: number): void {
  drop(m, v.hardwareTlb.ofPage[page]!);
}

/** The vCPU goes on to run on the other physical CPU. @source kernel: vmx_vcpu_load_vmcs */
export function migrate(m: Core, v: VcpuFields): void {
  exchange(m, v.hardwareTlb, v.awayTlb);
  note(m, CONSULTED.migration);
  if (m.kernel.migration === 'flush') makeRequest(m, v, TLB_FLUSH);
}

/** What the processor finds for a page in the shadow tables that its CR3 points to. */
export function hardwareWalk(m: Core, v: VcpuFields, page: PageFields): number {
  const top = m.layout.tops[hardwareTop(m, v)]!;
  return shadowWalk(m, top, page);
}

/** The hardware TLB takes in every present translation that a walk finds: it may do so at any time. */
export function fillHardwareTlb(m: Core, v: VcpuFields): void {
  const top = m.layout.tops[hardwareTop(m, v)]!;
  for (const page of m.layout.pages) {
    fill(m, v.hardwareTlb, hardwareTag(m, v), page.index, frameBit(shadowWalk(m, top, page)));
  }
}
