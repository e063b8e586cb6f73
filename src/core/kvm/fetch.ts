import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { PageFields, ShadowPageFields, VcpuFields } from '../row/fields.ts';
import { AROSE, CONSULTED, note } from '../row/notes.ts';
import { MMU_SYNC, TLB_FLUSH_CURRENT } from '../state/requests.ts';
import { INVALID, isObsolete, topOf } from '../state/root.ts';
import { guestWalk } from '../state/walk.ts';
import { allocObsoletePage, getShadowPage } from './get-shadow-page.ts';
import { reload } from './load.ts';
import { makeRequest } from './requests.ts';
import { hasUnsyncChildren } from './shadow-page.ts';
import { syncChildren } from './sync.ts';
import { markUnsync } from './unsync.ts';

/**
 * Handles a read that misses in the shadow tables: walks the guest's, then builds what is missing from the
 * root down.
 *
 * @source kernel: FNAME(page_fault), FNAME(fetch)
 */
export function pageFault(m: Core, v: VcpuFields, page: PageFields): void {
  const root = get(m, v.root);
  if (root === INVALID) return;
  const top = m.layout.tops[topOf(m, root)]!;
  if (guestWalk(m, m.layout.guestTops[top.top & ((1 << m.layout.spaceBits) - 1)]!, page) === 0) return;
  if (m.layout.obsoletePages.length > 0 && isObsolete(m, root)) fetchBelowObsolete(m, v, top, page);
  else fetch(m, v, top, page, 0);
}

/** Maps a page that the host has brought into memory. @source kernel: kvm_arch_async_page_ready */
export function asyncPageReady(m: Core, v: VcpuFields, page: PageFields): void {
  reload(m, v);
  pageFault(m, v, page);
}

/** What an obsolete root links is not kept: the root goes at the entry. @source kernel: is_page_fault_stale */
function fetchBelowObsolete(m: Core, v: VcpuFields, top: ShadowPageFields, page: PageFields): void {
  note(m, CONSULTED.staleFault);
  if (m.kernel.staleFault === 'retry') return;
  const index = page.path[0]!;
  const entry = get(m, top.page.entries[index]!);
  const child = top.children[index]![entry]!;
  if (m.kernel.staleFault === 'install') {
    getShadowPage(m, v, child);
    fetch(m, v, child, page, 1);
  } else {
    fetchObsolete(m, child, page, 1);
  }
}

/** Goes down the guest's tables and makes an obsolete page at each level. */
function fetchObsolete(m: Core, sp: ShadowPageFields, page: PageFields, depth: number): void {
  const index = page.path[depth]!;
  const entry = get(m, sp.page.entries[index]!);
  allocObsoletePage(m, sp.obsolete!);
  set(m, sp.obsolete!.entries[index]!, entry);
  if (sp.level === 1) return;
  const child = sp.children[index]![entry]!;
  fetchObsolete(m, child, page, depth + 1);
}

function fetch(m: Core, v: VcpuFields, sp: ShadowPageFields, page: PageFields, depth: number): void {
  const index = page.path[depth]!;
  set(m, sp.writeFloodingCount, 0);
  if (sp.level === 1) {
    set(m, sp.entries[index]!, get(m, sp.page.entries[index]!));
    return;
  }
  const linked = get(m, sp.entries[index]!);
  const entry = linked === 0 ? get(m, sp.page.entries[index]!) : linked;
  const child = sp.children[index]![entry]!;
  if (linked === 0) linkChild(m, v, sp, index, entry, child);
  fetch(m, v, child, page, depth + 1);
}

/** @source kernel: kvm_mmu_get_child_sp, link_shadow_page */
function linkChild(
  m: Core,
  v: VcpuFields,
  parent: ShadowPageFields,
  index: number,
  entry: number,
  child: ShadowPageFields,
): void {
  getShadowPage(m, v, child);
  if (hasUnsyncChildren(m, child)) settleUnsyncChildren(m, v, child);
  set(m, parent.entries[index]!, entry);
  if (get(m, child.unsync) === 1 || hasUnsyncChildren(m, child)) {
    note(m, AROSE['unsync-marked-upwards']);
    markUnsync(m, parent, index);
  }
}

/** The guest needs no flush to see what a newly linked directory leads to, so KVM must not link it stale. */
function settleUnsyncChildren(m: Core, v: VcpuFields, child: ShadowPageFields): void {
  note(m, CONSULTED.linkUnsyncChildren);
  switch (m.kernel.linkUnsyncChildren) {
    case 'sync-first':
      syncChildren(m, child);
      return;
    case 'request-sync':
      makeRequest(m, v, MMU_SYNC);
      return;
    case 'request-flush':
      makeRequest(m, v, TLB_FLUSH_CURRENT);
      return;
    case 'nothing':
      return;
  }
}
