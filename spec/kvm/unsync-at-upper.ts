import { match } from 'ts-pattern';
import type { PageName } from '../state/names.ts';
import type { ShadowPage } from '../state/shadow.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { flushRemoteTlbs, makeRequest } from './requests.ts';
import { writeProtect } from './shadow-page.ts';
import { syncPage } from './sync.ts';
import { commitZapPage, prepareZapPage } from './zap.ts';

/**
 * Deals with the unsync level-1 shadows of a page that has just been shadowed at an upper level: from now on the
 * page is write-tracked, and every store to it must exit, as no sync will look at its upper-level shadow.
 *
 * @source kernel: kvm_mmu_find_shadow_page; kvm_mmu_get_page and kvm_sync_pages up to v5.13
 */
export const settleUnsync = kvmFunction(
  'settleUnsync',
  (here: Here, page: PageName, unsync: readonly ShadowPage[]): void => {
    const { unsyncAtUpper, syncDrop } = here.world.kernel;
    if (unsyncAtUpper === 'keep-writable') return;
    if (writeProtect(here, page)) flushRemoteTlbs(here);
    for (const sp of unsync) {
      match(unsyncAtUpper)
        .with('zap', () => {
          if (prepareZapPage(here, sp)) commitZapPage(here);
        })
        .with('sync', () => {
          sp.unsync = false;
          if (syncPage(here, sp) && syncDrop === 'flush-remote') flushRemoteTlbs(here);
          makeRequest(here, 'TLB_FLUSH_CURRENT');
        })
        .with('keep-unsync', () => {})
        .exhaustive();
    }
  },
);
