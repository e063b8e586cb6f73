import { type Cr3, sameCr3 } from '../state/registers.ts';
import type { Root } from '../state/vcpu.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { makeRequest } from './requests.ts';
import { rootRole } from './root-role.ts';
import { freeCurrentRoot, freeRootPage } from './roots.ts';
import { shadowPage } from './shadow-page.ts';

/**
 * Makes the root for a new CR3 value current if it is cached. If not, the current root is left invalid and
 * the next entry loads one. A hit by itself neither syncs nor flushes in kernels from v5.14 on.
 *
 * @source kernel: kvm_mmu_new_pgd
 */
export const newPgd = kvmFunction('newPgd', (here: Here, pgd: Cr3, noflush: boolean): void => {
  const { vcpu, machine, world } = here;
  if (!fastPgdSwitch(here, pgd)) return;
  const { pgdOnHit, newPgdHit } = world.kernel;
  if (pgdOnHit === 'load') makeRequest(here, 'LOAD_MMU_PGD');
  if (newPgdHit === 'always-sync-and-flush' || (newPgdHit === 'sync-and-flush' && !noflush)) {
    makeRequest(here, 'MMU_SYNC');
    makeRequest(here, 'TLB_FLUSH_CURRENT');
  }
  if (vcpu.mmu.root !== null) shadowPage(machine, vcpu.mmu.root.page).writeFloodingCount = 0;
});

/**
 * Whether a root for `pgd` is current now.
 *
 * @source kernel: fast_pgd_switch; cached_root_available up to v5.17
 */
export const fastPgdSwitch = kvmFunction('fastPgdSwitch', (here: Here, pgd: Cr3): boolean => {
  const { kernel } = here.world;
  if (kernel.rootReuse === 'none') {
    freeCurrentRoot(here);
    return false;
  }
  if (here.vcpu.mmu.root === null && kernel.invalidCurrentRoot === 'skipped')
    return findWithoutCurrent(here, pgd);
  return findAndKeepCurrent(here, pgd);
});

/**
 * Rotates through prev_roots until a usable root is current. A hit in slot i puts the old current root in
 * slot 0 and moves slots 0 to i-1 up by one; a miss moves all of them and frees the least recently used.
 * Empty slots rotate like any other.
 *
 * @source kernel: cached_root_find_and_keep_current
 */
export const findAndKeepCurrent = kvmFunction('findAndKeepCurrent', (here: Here, pgd: Cr3): boolean => {
  const { vcpu } = here;
  if (isRootUsable(here, vcpu.mmu.root, pgd)) return true;
  for (let slot = 0; slot < vcpu.mmu.prevRoots.length; slot++) {
    const current = vcpu.mmu.root;
    vcpu.mmu.root = vcpu.mmu.prevRoots[slot] ?? null;
    vcpu.mmu.prevRoots[slot] = current;
    if (isRootUsable(here, vcpu.mmu.root, pgd)) return true;
  }
  const leastRecentlyUsed = vcpu.mmu.root;
  vcpu.mmu.root = null;
  freeRootPage(here, leastRecentlyUsed);
  return false;
});

/**
 * Takes the first usable root out of prev_roots; later slots move up.
 *
 * @source kernel: cached_root_find_without_current
 */
export const findWithoutCurrent = kvmFunction('findWithoutCurrent', (here: Here, pgd: Cr3): boolean => {
  const { vcpu } = here;
  const slot = vcpu.mmu.prevRoots.findIndex((root) => isRootUsable(here, root, pgd));
  if (slot < 0) return false;
  vcpu.mmu.root = vcpu.mmu.prevRoots[slot] ?? null;
  vcpu.mmu.prevRoots.splice(slot, 1);
  vcpu.mmu.prevRoots.push(null);
  return true;
});

/**
 * Whether a root was built for this whole CR3 value, low bits and all, and has the role in force. A zapped
 * page has role.invalid and never matches.
 *
 * @source kernel: is_root_usable
 */
export const isRootUsable = kvmFunction(
  'isRootUsable',
  ({ machine, vcpu, world }: Here, root: Root | null, pgd: Cr3): boolean => {
    if (root === null) return false;
    const { rootReuse } = world.kernel;
    const sp = shadowPage(machine, root.page);
    const builtFor = rootReuse === 'space-and-role' ? root.pgd.space === pgd.space : sameCr3(root.pgd, pgd);
    return builtFor && (rootReuse === 'cr3' || sp.role === rootRole(world, vcpu)) && !sp.obsolete;
  },
);
