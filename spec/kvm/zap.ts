import { match } from 'ts-pattern';
import type { KvmMachine } from '../state/machine.ts';
import {
  hasUnsyncChildren,
  obsoleteId,
  type ShadowPage,
  type ShadowPageId,
  shadowPageId,
} from '../state/shadow.ts';
import type { Root } from '../state/vcpu.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { flushRemoteTlbs, makeAllCpusRequest } from './requests.ts';
import { isRoot } from './roots.ts';
import { dropSpte, shadowPage, writeProtect } from './shadow-page.ts';

/**
 * Makes every shadow page obsolete after a change of the memslots: all vCPUs are asked to free their obsolete
 * roots, then the pages are zapped, among them those through which the guest stored to its page tables. Pages
 * that are no roots are freed, which flushes.
 *
 * @source kernel: kvm_mmu_zap_all_fast, kvm_zap_obsolete_pages
 */
export const zapAllFast = kvmFunction('zapAllFast', (here: Here): void => {
  const { machine } = here;
  requestForZappedRoots(here);
  const pages = Object.values(machine.shadow).filter((sp) => !sp.obsolete);
  const freed = pages.map((sp) => zapPage(here, sp));
  const unmapped = Object.keys(machine.memory).map((page) => writeProtect(here, page));
  if (freed.includes(true) || unmapped.includes(true)) commitZapPage(here);
});

/**
 * Zaps one page and the unsync pages below it. A page that is a root stays until its slots let go of it,
 * empty and obsolete; every vCPU is asked to free such roots.
 *
 * @returns whether a page was freed, which needs a remote flush
 * @source kernel: kvm_mmu_prepare_zap_page, mmu_zap_unsync_children
 */
export const prepareZapPage = kvmFunction('prepareZapPage', (here: Here, sp: ShadowPage): boolean => {
  const id = shadowPageId(sp);
  const freedBelow = unsyncBelow(here, sp)
    .map((child) => zapPage(here, child))
    .includes(true);
  if (isRoot(here.machine, id)) requestForZappedRoots(here);
  return zapPage(here, sp) || freedBelow;
});

/**
 * @source kernel: kvm_make_all_cpus_request in __kvm_mmu_prepare_zap_page; kvm_reload_remote_mmus up to v5.17
 */
export const requestForZappedRoots = kvmFunction('requestForZappedRoots', (here: Here): void => {
  const { kernel } = here.world;
  makeAllCpusRequest(here, kernel.zappedRoot === 'reload' ? 'MMU_RELOAD' : 'MMU_FREE_OBSOLETE_ROOTS');
});

/**
 * Unlinks a page from its children and parents; whether it was freed and not kept as a root.
 *
 * @source kernel: __kvm_mmu_prepare_zap_page
 */
export const zapPage = kvmFunction('zapPage', (here: Here, sp: ShadowPage): boolean => {
  const { machine } = here;
  const id = shadowPageId(sp);
  if (sp.level === 1) sp.entries.forEach((_, index) => void dropSpte(here, sp, index));
  delete machine.shadow[id];
  for (const parent of Object.values(machine.shadow)) {
    parent.entries.forEach((entry, index) => {
      if (entry === id) parent.entries[index] = null;
    });
  }
  if (!isRoot(machine, id)) return true;
  machine.shadow[obsoleteId(id)] = {
    ...sp,
    entries: sp.entries.map(() => null),
    unsync: false,
    unsyncChildren: sp.unsyncChildren.map(() => false),
    writeFloodingCount: 0,
    obsolete: true,
  };
  renameRoots(machine, id, obsoleteId(id));
  return false;
});

/**
 * Frees pages that were zapped. What hardware holds of the translations behind them goes first: no SPTE tells of it any
 * more.
 *
 * @source kernel: kvm_mmu_commit_zap_page
 */
export const commitZapPage = kvmFunction('commitZapPage', (here: Here): void => {
  if (here.world.kernel.zappedPage === 'flush-remote') flushRemoteTlbs(here);
});

/**
 * Write-protects every page, to learn which are written to from now on. All vCPUs flush once the lock is let go.
 *
 * @source kernel: kvm_vm_ioctl_get_dirty_log, kvm_mmu_slot_remove_write_access
 */
export const logDirty = kvmFunction('logDirty', (here: Here): void => {
  match(here.world.kernel.dirtyLog)
    .with('stays-mmu-writable', () => flushRemoteTlbs(here))
    .with('flushes-late', () => {
      for (const page of Object.keys(here.machine.memory)) writeProtect(here, page);
    })
    .exhaustive();
});

function renameRoots(machine: KvmMachine, from: ShadowPageId, to: ShadowPageId): void {
  const renamed = (root: Root | null) => (root?.page === from ? { ...root, page: to } : root);
  for (const vcpu of machine.vcpus) {
    vcpu.mmu.root = renamed(vcpu.mmu.root);
    vcpu.mmu.prevRoots = vcpu.mmu.prevRoots.map(renamed);
  }
}

/** @source kernel: mmu_unsync_walk */
export const unsyncBelow = kvmFunction('unsyncBelow', (here: Here, sp: ShadowPage): ShadowPage[] => {
  if (!hasUnsyncChildren(sp)) return [];
  const children = sp.entries
    .filter((entry, index) => entry !== null && sp.unsyncChildren[index])
    .map((entry) => shadowPage(here.machine, entry as string));
  return [...new Set(children.flatMap((child) => (child.unsync ? [child] : unsyncBelow(here, child))))];
});
