import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { GuestPageFields, ShadowPageFields } from '../row/fields.ts';

/**
 * Takes away the guest's writable mappings of a page; whether there were any.
 *
 * @source kernel: kvm_vcpu_write_protect_gfn
 */
export function writeProtect(m: Core, page: GuestPageFields): boolean {
  const wasWritable = get(m, page.writable) === 1;
  set(m, page.writable, 0);
  return wasWritable;
}

/** Whether anything below this page may be unsync. @source kernel: sp->unsync_children */
export function hasUnsyncChildren(m: Core, sp: ShadowPageFields): boolean {
  let marks = 0;
  for (const mark of sp.unsyncChildren) marks |= get(m, mark);
  return marks !== 0;
}
