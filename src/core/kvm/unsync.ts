import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { GuestPageFields, ShadowPageFields } from '../row/fields.ts';
import { CONSULTED, note } from '../row/notes.ts';
import { hasUnsyncChildren } from './shadow-page.ts';

/**
 * Lets the guest store to a level-1 page without an exit: its shadow pages in every role go unsync together.
 *
 * @source kernel: mmu_try_to_unsync_pages
 */
export function unsyncPages(m: Core, page: GuestPageFields): void {
  for (const sp of page.shadows) {
    if (get(m, sp.exists) === 1 && get(m, sp.unsync) === 0) {
      set(m, sp.unsync, 1);
      note(m, CONSULTED.unsyncMarks);
      if (m.kernel.unsyncMarks === 'parents') markParentsUnsync(m, sp);
    }
  }
}

/**
 * Marks a slot as leading to something unsync, and every slot that leads there.
 *
 * @source kernel: mark_unsync
 */
export function markUnsync(m: Core, parent: ShadowPageFields, index: number): void {
  if (get(m, parent.unsyncChildren[index]!) === 1) return;
  const marked = hasUnsyncChildren(m, parent);
  set(m, parent.unsyncChildren[index]!, 1);
  if (!marked) markParentsUnsync(m, parent);
}

/** @source kernel: kvm_mmu_mark_parents_unsync */
function markParentsUnsync(m: Core, child: ShadowPageFields): void {
  for (const { parent, index, value } of child.parents) {
    if (get(m, parent.entries[index]!) === value) markUnsync(m, parent, index);
  }
}
