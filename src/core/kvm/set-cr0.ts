import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { VcpuFields } from '../row/fields.ts';
import { changeRole } from './reset-context.ts';

/** MOV to CR0. @source kernel: kvm_set_cr0, kvm_post_set_cr0 */
export function setCr0(m: Core, v: VcpuFields, wp: number): void {
  if (get(m, v.wp) === wp) return;
  set(m, v.wp, wp);
  changeRole(m, v, false);
}
