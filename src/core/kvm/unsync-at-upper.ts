import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { GuestPageFields, ShadowPageFields, VcpuFields } from '../row/fields.ts';
import { CONSULTED, note } from '../row/notes.ts';
import { TLB_FLUSH_CURRENT } from '../state/requests.ts';
import { flushRemoteTlbs, makeRequest } from './requests.ts';
import { writeProtect } from './shadow-page.ts';
import { syncPage } from './sync.ts';
import { prepareZapPage } from './zap.ts';

/**
 * Deals with the unsync level-1 shadows of a page that has just been shadowed at an upper level.
 *
 * @source kernel: kvm_mmu_find_shadow_page; kvm_mmu_get_page and kvm_sync_pages up to v5.13
 */
export function settleUnsync(m: Core, v: VcpuFields, page: GuestPageFields): void {
  note(m, CONSULTED.unsyncAtUpper);
  if (m.kernel.unsyncAtUpper === 'keep-writable') return;
  if (writeProtect(m, page)) flushRemoteTlbs(m);
  if (m.kernel.unsyncAtUpper === 'keep-unsync') return;
  for (const sp of page.shadows) {
    if (get(m, sp.unsync) === 1) {
      if (m.kernel.unsyncAtUpper === 'zap') zap(m, sp);
      else sync(m, v, sp);
    }
  }
}

function zap(m: Core, sp: ShadowPageFields): void {
  if (prepareZapPage(m, sp)) flushRemoteTlbs(m);
}

/** @source kernel: kvm_sync_pages */
function sync(m: Core, v: VcpuFields, sp: ShadowPageFields): void {
  note(m, CONSULTED.syncDrop);
  set(m, sp.unsync, 0);
  if (syncPage(m, sp) && m.kernel.syncDrop === 'flush-remote') flushRemoteTlbs(m);
  makeRequest(m, v, TLB_FLUSH_CURRENT);
}
