import { ROLES } from '../../../spec/state/shadow.ts';
import type { Core } from '../machine.ts';
import { get } from '../row/field.ts';
import type { VcpuFields } from '../row/fields.ts';

/** The role of L2, the guest of a nested hypervisor. */
export const L2 = ROLES.indexOf('l2');

/** The PCID that low bits of CR3 select now. @source kernel: kvm_get_pcid; SDM vol. 3A, 4.10.1 */
export function pcidOf(m: Core, v: VcpuFields, low: number): number {
  return low & -get(m, v.pcide);
}

/** The low bits of the guest's CR3. */
export function cr3Low(m: Core, v: VcpuFields): number {
  return get(m, v.cr3) >>> m.layout.spaceBits;
}

/** The space that the guest's CR3 points to. */
export function cr3Space(m: Core, v: VcpuFields): number {
  return get(m, v.cr3) & ((1 << m.layout.spaceBits) - 1);
}

/** The PCID that tags what the guest does now. @source kernel: kvm_get_active_pcid */
export function activePcid(m: Core, v: VcpuFields): number {
  return pcidOf(m, v, cr3Low(m, v));
}

/** The tag that the hardware gives to what it caches now. @source kernel: vmx_load_mmu_pgd */
export function hardwareTag(m: Core, v: VcpuFields): number {
  return pcidOf(m, v, get(m, v.hardwareCr3) >>> (m.layout.spaceBits + m.layout.roleBits));
}

/** The top shadow page that the hardware's CR3 points to. */
export function hardwareTop(m: Core, v: VcpuFields): number {
  return get(m, v.hardwareCr3) & ((1 << (m.layout.spaceBits + m.layout.roleBits)) - 1);
}

/** The role that a root must have to be used now. @source kernel: kvm_calc_cpu_role, mmu.root_role */
export function rootRole(m: Core, v: VcpuFields): number {
  if (get(m, v.guestMode) === 1) return L2;
  if (get(m, v.wp) === 1) return 0;
  return 1 + get(m, v.smep);
}
