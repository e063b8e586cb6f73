import { blankShadowPage, idOf, type ShadowKey, type ShadowPage, shadowPageId } from '../state/shadow.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { flushRemoteTlbs, makeRequest } from './requests.ts';
import { guestPage, shadowPage, shadowsOf, writeProtect } from './shadow-page.ts';
import { syncPage } from './sync.ts';
import { settleUnsync } from './unsync-at-upper.ts';

/**
 * Finds the shadow page of a key, or makes an empty one.
 *
 * A level-1 page that is found unsync has its entries brought up to date, yet stays unsync and writable: this
 * is no flush by the guest, and other roots may still lag behind through it.
 *
 * @source kernel: kvm_mmu_get_shadow_page, kvm_mmu_find_shadow_page, kvm_mmu_alloc_shadow_page
 */
export const getShadowPage = kvmFunction('getShadowPage', (here: Here, key: ShadowKey): ShadowPage => {
  const found = here.machine.shadow[shadowPageId(key)];
  if (found === undefined) return allocShadowPage(here, key, false);
  if (found.unsync && here.world.kernel.foundUnsync !== 'no-sync') syncTransiently(here, found);
  found.writeFloodingCount = 0;
  return found;
});

function syncTransiently(here: Here, sp: ShadowPage): void {
  const { kernel } = here.world;
  const flushes = kernel.syncDrop === 'flush-remote' || kernel.foundUnsync === 'flush-remote-if-changed';
  const dropped = syncPage(here, sp);
  if (dropped && flushes) flushRemoteTlbs(here);
  if (kernel.foundUnsync === 'flush-current') makeRequest(here, 'TLB_FLUSH_CURRENT');
}

/**
 * Makes a shadow page; from now on the guest's stores to its page exit. One that is obsolete from the start
 * takes the place of any other such page.
 *
 * @source kernel: kvm_mmu_alloc_shadow_page, account_shadowed
 */
export const allocShadowPage = kvmFunction(
  'allocShadowPage',
  (here: Here, key: ShadowKey, obsolete: boolean): ShadowPage => {
    const { machine } = here;
    const { level: ownLevel, entries } = guestPage(machine, key.page);
    const level = key.asTable ? 1 : ownLevel;
    const unsync = level > 1 ? shadowsOf(here, key.page).filter((sp) => sp.unsync) : [];
    const id = idOf({ ...key, obsolete });
    machine.shadow[id] = blankShadowPage({ ...key, level, obsolete }, entries.length);
    if (unsync.length > 0) settleUnsync(here, key.page, unsync);
    else if (writeProtect(here, key.page)) flushRemoteTlbs(here);
    return shadowPage(machine, id);
  },
);
