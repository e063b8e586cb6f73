import type { KvmMachine } from '../state/machine.ts';
import { hasUnsyncChildren, type ShadowPage } from '../state/shadow.ts';
import type { Here } from '../world/world.ts';
import { flushRemoteTlbs } from './requests.ts';
import { dropSpte, guestPage, shadowPage, writeProtect } from './shadow-page.ts';

/**
 * Syncs everything below the current root. Cached roots are not looked at.
 *
 * @source kernel: kvm_mmu_sync_roots
 */
export function syncRoots(here: Here): void {
  const { machine, vcpu } = here;
  if (vcpu.mmu.root !== null) syncChildren(here, shadowPage(machine, vcpu.mmu.root.page));
}

/**
 * Syncs every unsync page below `parent`: write-protects them, flushes, and only then reads the guest's
 * entries, so that no vCPU can store to a page between the read and the protection.
 *
 * @source kernel: mmu_sync_children
 */
export function syncChildren({ machine, world: { kernel } }: Here, parent: ShadowPage): void {
  const unsync = unsyncWalk(machine, parent);
  const writable =
    kernel.syncProtects === 'nothing' ? [] : unsync.filter((sp) => writeProtect(machine, sp.page));
  if (writable.length > 0 && kernel.syncProtects !== 'without-flush') flushRemoteTlbs(machine);
  for (const sp of unsync) {
    sp.unsync = false;
    const dropped = syncPage(machine, sp);
    if (dropped && kernel.syncDrop === 'flush-remote') flushRemoteTlbs(machine);
  }
}

/**
 * Collects the unsync pages below `parent` and clears the marks that led there.
 *
 * @source kernel: mmu_unsync_walk, mmu_pages_clear_parents
 */
function unsyncWalk(machine: KvmMachine, parent: ShadowPage): ShadowPage[] {
  const unsync: ShadowPage[] = [];
  parent.unsyncChildren.forEach((marked, index) => {
    if (!marked) return;
    parent.unsyncChildren[index] = false;
    const entry = parent.entries[index] ?? null;
    if (entry === null) return;
    const child = shadowPage(machine, entry);
    if (child.unsync) unsync.push(child);
    else unsync.push(...unsyncWalk(machine, child));
  });
  return [...new Set(unsync)];
}

/** Brings every entry of a level-1 page up to date; whether one was dropped. @source kernel: kvm_sync_page */
export function syncPage(machine: KvmMachine, sp: ShadowPage): boolean {
  machine.work.pagesSynced++;
  return sp.entries.map((_, index) => syncSpte(machine, sp, index)).includes(true);
}

/**
 * Drops a present SPTE that disagrees with the guest's entry; whether it did. A changed frame is not written
 * in its place: the next access faults it in.
 *
 * @source kernel: FNAME(sync_spte)
 */
export function syncSpte(machine: KvmMachine, sp: ShadowPage, index: number): boolean {
  const present = sp.entries[index] ?? null;
  if (present === null || present === guestPage(machine, sp.page).entries[index]) return false;
  dropSpte(machine, sp, index);
  return true;
}

/** Whether a root may have something unsync below it. @source kernel: is_unsync_root */
export function isUnsyncRoot(sp: ShadowPage): boolean {
  return sp.unsync || hasUnsyncChildren(sp);
}
