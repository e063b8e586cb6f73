import type { PageName } from '../state/names.ts';
import type { ShadowPage } from '../state/shadow.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { flushRemoteTlbs } from './requests.ts';
import { dropSpte, shadowPage, shadowsOf } from './shadow-page.ts';
import { commitZapPage, prepareZapPage } from './zap.ts';

/** Emulated stores to an upper-level page, without a walk through it between them, that make KVM zap it. */
const WRITE_FLOODING_LIMIT = 3;

/**
 * Follows a store that KVM emulated: in every shadow of the written page the entry is zapped, so that the
 * change takes effect at once on all vCPUs. Pages do not go unsync by it.
 *
 * @source kernel: kvm_mmu_track_write, kvm_mmu_remote_flush_or_zap; kvm_mmu_pte_write up to v6.1
 */
export const trackWrite = kvmFunction('trackWrite', (here: Here, page: PageName, index: number): void => {
  let freed = false;
  let flush = false;
  for (const sp of shadowsOf(here, page)) {
    if (detectWriteFlooding(here, sp)) {
      freed = prepareZapPage(here, sp) || freed;
    } else if (here.world.kernel.trackedStore === 'zap') {
      flush = flush || sp.entries[index] !== null;
      dropSpte(here, sp, index);
    }
  }
  if (freed) commitZapPage(here);
  else if (flush) flushRemoteTlbs(here);
});

/** @source kernel: detect_write_flooding */
export const detectWriteFlooding = kvmFunction('detectWriteFlooding', (_: Here, sp: ShadowPage): boolean => {
  if (sp.level === 1) return false;
  sp.writeFloodingCount += 1;
  return sp.writeFloodingCount >= WRITE_FLOODING_LIMIT;
});

/**
 * A store that faults on a write-tracked page walked the current root to get there, and a walk clears the
 * count.
 *
 * @source kernel: shadow_page_table_clear_flood
 */
export const clearFlood = kvmFunction('clearFlood', ({ machine, vcpu }: Here): void => {
  if (vcpu.mmu.root !== null) shadowPage(machine, vcpu.mmu.root.page).writeFloodingCount = 0;
});
