import { match } from 'ts-pattern';
import type { PageName } from '../state/names.ts';
import type { ShadowPage } from '../state/shadow.ts';
import type { Here } from '../world/world.ts';
import { flushRemoteTlbs, makeRequest } from './requests.ts';
import { writeProtect } from './shadow-page.ts';
import { syncPage } from './sync.ts';
import { prepareZapPage } from './zap.ts';

/**
 * Deals with the unsync level-1 shadows of a page that has just been shadowed at an upper level: from now on the
 * page is write-tracked, and every store to it must exit, as no sync will look at its upper-level shadow.
 *
 * @source kernel: kvm_mmu_find_shadow_page; kvm_mmu_get_page and kvm_sync_pages up to v5.13
 */
export function settleUnsync(here: Here, page: PageName, unsync: readonly ShadowPage[]): void {
  const { machine, vcpu, world } = here;
  const { unsyncAtUpper, syncDrop } = world.kernel;
  if (unsyncAtUpper === 'keep-writable') return;
  if (writeProtect(machine, page)) flushRemoteTlbs(machine);
  for (const sp of unsync) {
    match(unsyncAtUpper)
      .with('zap', () => {
        if (prepareZapPage(world, machine, sp)) flushRemoteTlbs(machine);
      })
      .with('sync', () => {
        sp.unsync = false;
        if (syncPage(machine, sp) && syncDrop === 'flush-remote') flushRemoteTlbs(machine);
        makeRequest(vcpu, 'TLB_FLUSH_CURRENT');
      })
      .with('keep-unsync', () => {})
      .exhaustive();
  }
}
