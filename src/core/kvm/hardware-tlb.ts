import type { Core } from '../machine.ts';
import { get } from '../row/field.ts';
import type { PageFields, VcpuFields } from '../row/layout.ts';
import { INVALID } from '../state/root.ts';
import { drop, fill } from '../state/tagged-set.ts';
import { hardwareTag, hardwareTop } from '../state/vcpu.ts';
import { frameBit, shadowWalk } from '../state/walk.ts';
import { count, HARDWARE_FLUSHES } from '../state/work.ts';

/** Flushes every context of this vCPU. @source kernel: vmx_flush_tlb_all, INVVPID */
export function flushTlbAll(m: Core, v: VcpuFields): void {
  empty(m, v);
}

/**
 * Flushes the current VPID, every PCID of it, if there is a root.
 *
 * @source kernel: vmx_flush_tlb_current, INVVPID single-context
 */
export function flushTlbCurrent(m: Core, v: VcpuFields): void {
  if (get(m, v.root) !== INVALID) empty(m, v);
}

/** Flushes what the guest cached, root or no root. @source kernel: vmx_flush_tlb_guest */
export function flushTlbGuest(m: Core, v: VcpuFields): void {
  empty(m, v);
}

function empty(m: Core, v: VcpuFields): void {
  count(m, HARDWARE_FLUSHES);
  drop(m, v.hardwareTlb.all);
}

/** Flushes one address under every PCID. @source kernel: vmx_flush_tlb_gva, INVVPID individual-address */
export function flushTlbGva(m: Core, v: VcpuFields, page: number): void {
  drop(m, v.hardwareTlb.ofPage[page]!);
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
