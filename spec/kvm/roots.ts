import type { KvmMachine } from '../state/machine.ts';
import type { ShadowPageId } from '../state/shadow.ts';
import type { Root } from '../state/vcpu.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { flushRemoteTlbs } from './requests.ts';
import { shadowPage } from './shadow-page.ts';

/** Frees the current root. @source kernel: kvm_mmu_free_roots, KVM_MMU_ROOT_CURRENT */
export const freeCurrentRoot = kvmFunction('freeCurrentRoot', (here: Here): void => {
  const { vcpu } = here;
  const freed = vcpu.mmu.root;
  vcpu.mmu.root = null;
  freeRootPage(here, freed);
});

/** Frees the cached roots that `which` names. @source kernel: kvm_mmu_free_roots, KVM_MMU_ROOT_PREVIOUS */
export const freePrevRoots = kvmFunction(
  'freePrevRoots',
  (here: Here, which: (root: Root) => boolean): void => {
    const { vcpu } = here;
    vcpu.mmu.prevRoots.forEach((root, slot) => {
      if (root === null || !which(root)) return;
      vcpu.mmu.prevRoots[slot] = null;
      freeRootPage(here, root);
    });
  },
);

/**
 * Frees the current root and every cached one. Nothing is flushed: the next load does that.
 *
 * @source kernel: kvm_mmu_unload
 */
export const unload = kvmFunction('unload', (here: Here): void => {
  freeCurrentRoot(here);
  freePrevRoots(here, () => true);
});

/** Frees the roots whose shadow page was zapped. @source kernel: kvm_mmu_free_obsolete_roots */
export const freeObsoleteRoots = kvmFunction('freeObsoleteRoots', (here: Here): void => {
  const { machine, vcpu, world } = here;
  const isObsolete = (root: Root) => shadowPage(machine, root.page).obsolete;
  const currentIsObsolete = vcpu.mmu.root !== null && isObsolete(vcpu.mmu.root);
  if (currentIsObsolete) freeCurrentRoot(here);
  if (world.kernel.obsoleteRoots === 'every') freePrevRoots(here, isObsolete);
  else if (currentIsObsolete) freePrevRoots(here, () => true);
});

/**
 * Lets go of a root that no slot of its vCPU holds any more. Its shadow page stays in the hash, unsync marks
 * and all, and can be found again; a zapped page goes with its last root, which takes a remote flush.
 *
 * @source kernel: mmu_free_root_page, kvm_mmu_commit_zap_page
 */
export const freeRootPage = kvmFunction('freeRootPage', (here: Here, root: Root | null): void => {
  const { machine } = here;
  if (root !== null) machine.work.rootsFreed++;
  if (root === null || !shadowPage(machine, root.page).obsolete) return;
  if (isRoot(machine, root.page)) return;
  delete machine.shadow[root.page];
  flushRemoteTlbs(here);
});

/** Whether some root slot holds this shadow page (sp->root_count). */
export function isRoot(machine: KvmMachine, id: ShadowPageId): boolean {
  return machine.vcpus.some(
    (vcpu) => vcpu.mmu.root?.page === id || vcpu.mmu.prevRoots.some((root) => root?.page === id),
  );
}
