import type { PageName } from '../state/names.ts';
import { hasUnsyncChildren, type ShadowPage, shadowPageId } from '../state/shadow.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { shadowsOf } from './shadow-page.ts';

/**
 * Lets the guest store to a level-1 page without an exit: its shadow pages in every role go unsync together.
 *
 * @source kernel: mmu_try_to_unsync_pages
 */
export const tryToUnsyncPages = kvmFunction(
  'tryToUnsyncPages',
  (here: Here, shadows: readonly ShadowPage[]): void => {
    for (const sp of shadows) {
      if (sp.unsync) continue;
      sp.unsync = true;
      if (here.world.kernel.unsyncMarks === 'parents') markParentsUnsync(here, sp);
    }
  },
);

/**
 * Lets the guest store to a page without an exit, unless every store to it is tracked: where it has an upper-level shadow.
 *
 * @source kernel: make_spte
 */
export const makeWritable = kvmFunction('makeWritable', (here: Here, page: PageName): void => {
  const { machine } = here;
  const shadows = shadowsOf(here, page);
  if (machine.writable[page] || shadows.some(({ level }) => level > 1)) return;
  tryToUnsyncPages(here, shadows);
  machine.writable[page] = true;
});

/**
 * Marks a slot as leading to something unsync, and every slot that leads there.
 *
 * @source kernel: mark_unsync
 */
export const markUnsync = kvmFunction('markUnsync', (here: Here, parent: ShadowPage, index: number): void => {
  if (parent.unsyncChildren[index]) return;
  const marked = hasUnsyncChildren(parent);
  parent.unsyncChildren[index] = true;
  if (!marked) markParentsUnsync(here, parent);
});

/** @source kernel: kvm_mmu_mark_parents_unsync */
export const markParentsUnsync = kvmFunction('markParentsUnsync', (here: Here, child: ShadowPage): void => {
  const id = shadowPageId(child);
  for (const parent of Object.values(here.machine.shadow)) {
    if (parent.level !== child.level + 1) continue;
    parent.entries.forEach((entry, index) => {
      if (entry === id) markUnsync(here, parent, index);
    });
  }
});
