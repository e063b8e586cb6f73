import type { Core } from '../machine.ts';
import type { Field } from '../row/field.ts';
import { get, set } from '../row/field.ts';
import type { ShadowPageFields } from '../row/fields.ts';
import { AROSE, CONSULTED, note } from '../row/notes.ts';
import { MMU_FREE_OBSOLETE_ROOTS, MMU_RELOAD } from '../state/requests.ts';
import { INVALID, isObsolete, obsoleteBit, topOf } from '../state/root.ts';
import { flushRemoteTlbs, makeAllCpusRequest } from './requests.ts';
import { isRoot } from './roots.ts';
import { hasUnsyncChildren, writeProtect } from './shadow-page.ts';

/**
 * Makes every shadow page obsolete after a change of the memslots.
 *
 * @source kernel: kvm_mmu_zap_all_fast, kvm_zap_obsolete_pages
 */
export function zapAllFast(m: Core): void {
  requestForZappedRoots(m);
  let flush = false;
  for (const sp of m.layout.shadowPages) {
    if (get(m, sp.exists) === 1 && zapPage(m, sp)) flush = true;
  }
  for (const page of m.layout.guestPages) if (writeProtect(m, page)) flush = true;
  if (flush) flushRemoteTlbs(m);
}

/**
 * Zaps one page and the unsync pages below it; whether a page was freed, which needs a remote flush.
 *
 * @source kernel: kvm_mmu_prepare_zap_page, mmu_zap_unsync_children
 */
export function prepareZapPage(m: Core, sp: ShadowPageFields): boolean {
  let freed = false;
  const unsync = unsyncBelow(m, sp);
  for (const leaf of sp.leaves) {
    if ((unsync & (1 << leaf.leaf)) !== 0 && zapPage(m, leaf)) freed = true;
  }
  if (isTop(m, sp) && isRoot(m, sp.top, false)) requestForZappedRoots(m);
  if (zapPage(m, sp)) freed = true;
  return freed;
}

/** @source kernel: kvm_make_all_cpus_request in __kvm_mmu_prepare_zap_page; kvm_reload_remote_mmus */
function requestForZappedRoots(m: Core): void {
  note(m, CONSULTED.zappedRoot);
  makeAllCpusRequest(m, m.kernel.zappedRoot === 'reload' ? MMU_RELOAD : MMU_FREE_OBSOLETE_ROOTS);
}

/**
 * Unlinks a page from its children and parents; whether it was freed and not kept as a root.
 *
 * @source kernel: __kvm_mmu_prepare_zap_page
 */
function zapPage(m: Core, sp: ShadowPageFields): boolean {
  set(m, sp.exists, 0);
  set(m, sp.unsync, 0);
  set(m, sp.writeFloodingCount, 0);
  for (const entry of sp.entries) set(m, entry, 0);
  for (const mark of sp.unsyncChildren) set(m, mark, 0);
  for (const { parent, index, value } of sp.parents) {
    if (get(m, parent.entries[index]!) === value) set(m, parent.entries[index]!, 0);
  }
  if (!isTop(m, sp) || !isRoot(m, sp.top, false)) return true;
  note(m, AROSE['no-obsolete-root-at-entry']);
  for (const vcpu of m.layout.vcpus) {
    makeObsolete(m, vcpu.root, sp.top);
    for (const slot of vcpu.prevRoots) makeObsolete(m, slot, sp.top);
  }
  return false;
}

function makeObsolete(m: Core, slot: Field, top: number): void {
  const root = get(m, slot);
  if (root !== INVALID && topOf(m, root) === top && !isObsolete(m, root)) set(m, slot, root | obsoleteBit(m));
}

function isTop(m: Core, sp: ShadowPageFields): boolean {
  return m.layout.tops[sp.top] === sp;
}

/** @source kernel: mmu_unsync_walk */
function unsyncBelow(m: Core, sp: ShadowPageFields): number {
  let unsync = 0;
  for (let index = 0; index < sp.entries.length; index++) {
    if (get(m, sp.unsyncChildren[index]!) === 1) unsync |= unsyncBehind(m, sp, index);
  }
  return unsync;
}

function unsyncBehind(m: Core, sp: ShadowPageFields, index: number): number {
  const entry = get(m, sp.entries[index]!);
  if (entry === 0) return 0;
  const child = sp.children[index]![entry]!;
  if (child.level > 1) return hasUnsyncChildren(m, child) ? unsyncBelow(m, child) : 0;
  return get(m, child.unsync) << child.leaf;
}
