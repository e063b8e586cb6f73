import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { GuestPageFields, ObsoletePageFields, ShadowPageFields, VcpuFields } from '../row/fields.ts';
import { CONSULTED, note } from '../row/notes.ts';
import { TLB_FLUSH_CURRENT } from '../state/requests.ts';
import { flushRemoteTlbs, makeRequest } from './requests.ts';
import { writeProtect } from './shadow-page.ts';
import { syncPage } from './sync.ts';
import { settleUnsync } from './unsync-at-upper.ts';

/**
 * Finds a shadow page, or makes an empty one. A level-1 page that is found unsync has its entries brought up
 * to date, yet stays unsync and writable.
 *
 * @source kernel: kvm_mmu_get_shadow_page, kvm_mmu_find_shadow_page, kvm_mmu_alloc_shadow_page
 */
export function getShadowPage(m: Core, v: VcpuFields, sp: ShadowPageFields): void {
  if (get(m, sp.exists) === 0) {
    allocShadowPage(m, v, sp);
    return;
  }
  if (get(m, sp.unsync) === 1) syncTransiently(m, v, sp);
  set(m, sp.writeFloodingCount, 0);
}

function syncTransiently(m: Core, v: VcpuFields, sp: ShadowPageFields): void {
  note(m, CONSULTED.foundUnsync);
  if (m.kernel.foundUnsync === 'no-sync') return;
  note(m, CONSULTED.syncDrop);
  const flushes = m.kernel.syncDrop === 'flush-remote' || m.kernel.foundUnsync === 'flush-remote-if-changed';
  const dropped = syncPage(m, sp);
  if (dropped && flushes) flushRemoteTlbs(m);
  if (m.kernel.foundUnsync === 'flush-current') makeRequest(m, v, TLB_FLUSH_CURRENT);
}

/**
 * Shadows a page for the first time in this role; from now on the guest's stores to it exit.
 *
 * @source kernel: account_shadowed
 */
function allocShadowPage(m: Core, v: VcpuFields, sp: ShadowPageFields): void {
  const overUnsync = sp.level > 1 && hasUnsyncShadow(m, sp.page);
  set(m, sp.exists, 1);
  if (overUnsync) settleUnsync(m, v, sp.page);
  else if (writeProtect(m, sp.page)) flushRemoteTlbs(m);
}

function hasUnsyncShadow(m: Core, page: GuestPageFields): boolean {
  let unsync = 0;
  for (const sp of page.shadows) unsync |= get(m, sp.unsync);
  return unsync === 1;
}

/**
 * Makes a shadow page that is obsolete from the start, in place of any other such page. The zap that made its
 * parent obsolete has taken away the guest's writable mappings.
 */
export function allocObsoletePage(m: Core, obsolete: ObsoletePageFields): void {
  set(m, obsolete.exists, 1);
  for (const entry of obsolete.entries) set(m, entry, 0);
}
