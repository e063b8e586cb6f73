import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { PageFields, ShadowPageFields, VcpuFields } from '../row/layout.ts';
import { AROSE, CONSULTED, note } from '../row/notes.ts';
import { MMU_SYNC, TLB_FLUSH_CURRENT } from '../state/requests.ts';
import { INVALID, topOf } from '../state/root.ts';
import { guestWalk } from '../state/walk.ts';
import { makeRequest } from './requests.ts';
import { getShadowPage, hasUnsyncChildren } from './shadow-page.ts';
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
  fetch(m, v, top, page, 0);
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
