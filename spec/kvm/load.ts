import { shadowPageId } from '../state/shadow.ts';
import { activePcid } from '../state/vcpu.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { getShadowPage } from './get-shadow-page.ts';
import { flushTlbCurrent } from './hardware-tlb.ts';
import { checkRequest } from './requests.ts';
import { rootRole } from './root-role.ts';
import { freeObsoleteRoots } from './roots.ts';
import { syncRoots } from './sync.ts';

/**
 * Loads a root for the guest's CR3 if there is none: always a sync, because an old page may have been found
 * in the hash, and always a flush of the hardware TLB.
 *
 * @source kernel: kvm_mmu_reload, kvm_mmu_load, mmu_alloc_shadow_roots
 */
export const reload = kvmFunction('reload', (here: Here): void => {
  const { vcpu, world, machine } = here;
  const isAsked = vcpu.mmu.requests.includes('MMU_FREE_OBSOLETE_ROOTS');
  if (
    isAsked &&
    world.kernel.reloadObsolete === 'frees-first' &&
    checkRequest(here, 'MMU_FREE_OBSOLETE_ROOTS')
  )
    freeObsoleteRoots(here);
  if (vcpu.mmu.root !== null) return;
  machine.work.rootLoads++;
  const sp = getShadowPage(here, { page: vcpu.guest.cr3.space, role: rootRole(world, vcpu) });
  vcpu.mmu.root = { pgd: vcpu.guest.cr3, page: shadowPageId(sp) };
  if (world.kernel.loadSync === 'sync') syncRoots(here);
  loadPgd(here);
  if (world.kernel.loadFlush === 'flush') flushTlbCurrent(here);
});

/**
 * Points the hardware's CR3 to the current root, tagged with the active PCID.
 *
 * @source kernel: kvm_mmu_load_pgd, vmx_load_mmu_pgd
 */
export const loadPgd = kvmFunction('loadPgd', ({ vcpu, world }: Here): void => {
  const pcid = world.kernel.hardwarePcid === 'active' ? activePcid(vcpu.guest) : 0;
  if (vcpu.mmu.root !== null) vcpu.mmu.hardwareCr3 = { page: vcpu.mmu.root.page, pcid };
});
