import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { ShadowPageFields, VcpuFields } from '../row/fields.ts';
import { AROSE, CONSULTED, note } from '../row/notes.ts';
import { INVALID, topOf } from '../state/root.ts';
import { count, PAGES_SYNCED } from '../state/work.ts';
import { flushRemoteTlbs } from './requests.ts';
import { hasUnsyncChildren, writeProtect } from './shadow-page.ts';

/**
 * Syncs everything below the current root. Cached roots are not looked at.
 *
 * @source kernel: kvm_mmu_sync_roots
 */
export function syncRoots(m: Core, v: VcpuFields): void {
  const root = get(m, v.root);
  if (root !== INVALID) {
    const top = m.layout.tops[topOf(m, root)]!;
    syncChildren(m, top);
  }
}

/**
 * Syncs every unsync page below `parent`, and clears the marks that lead there. The kernel first collects the
 * pages, then write-protects all, flushes and syncs; page by page it comes to the same.
 *
 * @source kernel: mmu_sync_children, mmu_unsync_walk, mmu_pages_clear_parents
 */
export function syncChildren(m: Core, parent: ShadowPageFields): void {
  for (let index = 0; index < parent.entries.length; index++) {
    if (get(m, parent.unsyncChildren[index]!) === 1) {
      set(m, parent.unsyncChildren[index]!, 0);
      syncBehind(m, parent, index);
    }
  }
}

function syncBehind(m: Core, parent: ShadowPageFields, index: number): void {
  const entry = get(m, parent.entries[index]!);
  if (entry !== 0) {
    const child = parent.children[index]![entry]!;
    if (child.level > 1) syncChildren(m, child);
    else if (get(m, child.unsync) === 1) syncUnsyncPage(m, child);
  }
}

function syncUnsyncPage(m: Core, sp: ShadowPageFields): void {
  note(m, CONSULTED.syncDrop);
  set(m, sp.unsync, 0);
  note(m, CONSULTED.syncProtects);
  if (m.kernel.syncProtects === 'write-protect' && writeProtect(m, sp.page)) flushRemoteTlbs(m);
  if (syncPage(m, sp) && m.kernel.syncDrop === 'flush-remote') flushRemoteTlbs(m);
}

/** Brings every entry of a level-1 page up to date; whether one was dropped. @source kernel: kvm_sync_page */
export function syncPage(m: Core, sp: ShadowPageFields): boolean {
  count(m, PAGES_SYNCED);
  let dropped = false;
  for (let index = 0; index < sp.entries.length; index++) {
    if (syncSpte(m, sp, index)) dropped = true;
  }
  return dropped;
}

/**
 * Drops a present SPTE that disagrees with the guest's entry; whether it did.
 *
 * @source kernel: FNAME(sync_spte)
 */
export function syncSpte(m: Core, sp: ShadowPageFields, index: number): boolean {
  const present = get(m, sp.entries[index]!);
  const drops = present !== 0 && present !== get(m, sp.page.entries[index]!);
  if (drops) {
    note(m, AROSE['hardware-entries-backed']);
    set(m, sp.entries[index]!, 0);
  }
  return drops;
}

/** Whether a root may have something unsync below it. @source kernel: is_unsync_root */
export function isUnsyncRoot(m: Core, sp: ShadowPageFields): boolean {
  return get(m, sp.unsync) === 1 || hasUnsyncChildren(m, sp);
}
