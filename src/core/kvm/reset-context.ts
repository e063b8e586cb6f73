import type { Core } from '../machine.ts';
import { get } from '../row/field.ts';
import type { VcpuFields } from '../row/fields.ts';
import { CONSULTED, note } from '../row/notes.ts';
import { newPgd } from './new-pgd.ts';
import { unload } from './roots.ts';

/** Drops every root. @source kernel: kvm_mmu_reset_context, kvm_init_mmu */
export function resetContext(m: Core, v: VcpuFields): void {
  unload(m, v);
}

/** Follows a change of a role bit. @source kernel: kvm_post_set_cr0, kvm_post_set_cr4 */
export function changeRole(m: Core, v: VcpuFields, smepSet: boolean): void {
  note(m, CONSULTED.roleChange);
  switch (m.kernel.roleChange) {
    case 'unload':
      resetContext(m, v);
      return;
    case 'keep-roots':
      if (smepSet) resetContext(m, v);
      else newPgd(m, v, get(m, v.cr3), true);
      return;
    case 'keep-roots-always':
      newPgd(m, v, get(m, v.cr3), true);
      return;
    case 'nothing':
      return;
  }
}
