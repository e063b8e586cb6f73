import { hasUnsync, type ShadowPage } from '../state/shadow.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { flushRemoteTlbs } from './requests.ts';
import { dropSpte, guestPage, shadowPage, writeProtect } from './shadow-page.ts';

/**
 * Syncs everything below the current root. Cached roots are not looked at.
 *
 * @source kernel: kvm_mmu_sync_roots
 */
export const syncRoots = kvmFunction('syncRoots', (here: Here): void => {
  const { machine, vcpu } = here;
  if (vcpu.mmu.root !== null) syncChildren(here, shadowPage(machine, vcpu.mmu.root.page));
});

/**
 * Syncs every unsync page below `parent`: write-protects them, flushes, and only then reads the guest's
 * entries, so that no vCPU can store to a page between the read and the protection.
 *
 * @source kernel: mmu_sync_children
 */
export const syncChildren = kvmFunction('syncChildren', (here: Here, parent: ShadowPage): void => {
  const { kernel } = here.world;
  const unsync = unsyncWalk(here, parent);
  const writable =
    kernel.syncProtects === 'nothing' ? [] : unsync.filter((sp) => writeProtect(here, sp.page));
  if (writable.length > 0 && kernel.syncProtects !== 'without-flush') flushRemoteTlbs(here);
  for (const sp of unsync) {
    sp.unsync = false;
    const dropped = syncPage(here, sp);
    if (dropped && kernel.syncDrop === 'flush-remote') flushRemoteTlbs(here);
  }
});

/**
 * Collects the unsync pages below `parent` and clears the marks that led there.
 *
 * @source kernel: mmu_unsync_walk, mmu_pages_clear_parents
 */
export const unsyncWalk = kvmFunction('unsyncWalk', (here: Here, parent: ShadowPage): ShadowPage[] => {
  const unsync: ShadowPage[] = [];
  parent.unsyncChildren.forEach((marked, index) => {
    if (!marked) return;
    parent.unsyncChildren[index] = false;
    const entry = parent.entries[index] ?? null;
    if (entry === null) return;
    const child = shadowPage(here.machine, entry);
    if (child.unsync) unsync.push(child);
    else unsync.push(...unsyncWalk(here, child));
  });
  return [...new Set(unsync)];
});

/** Brings every entry of a level-1 page up to date; whether one was dropped. @source kernel: kvm_sync_page */
export const syncPage = kvmFunction('syncPage', (here: Here, sp: ShadowPage): boolean => {
  here.machine.work.pagesSynced++;
  return sp.entries.map((_, index) => syncSpte(here, sp, index)).includes(true);
});

/**
 * Drops a present SPTE that disagrees with the guest's entry; whether it did. A changed frame is not written
 * in its place: the next access faults it in.
 *
 * @source kernel: FNAME(sync_spte)
 */
export const syncSpte = kvmFunction('syncSpte', (here: Here, sp: ShadowPage, index: number): boolean => {
  const present = sp.entries[index] ?? null;
  if (present === null || present === guestPage(here.machine, sp.page).entries[index]) return false;
  dropSpte(here, sp, index);
  return true;
});

/** Whether a root may have something unsync below it. @source kernel: is_unsync_root */
export const isUnsyncRoot = kvmFunction('isUnsyncRoot', (_: Here, sp: ShadowPage): boolean => {
  return hasUnsync(sp);
});
