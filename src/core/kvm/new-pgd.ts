import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { VcpuFields } from '../row/fields.ts';
import { AROSE, CONSULTED, note } from '../row/notes.ts';
import { LOAD_MMU_PGD, MMU_SYNC, TLB_FLUSH_CURRENT } from '../state/requests.ts';
import { INVALID, isObsolete, lowOf, pgdOf, spaceOf, topOf, usableRoot } from '../state/root.ts';
import { makeRequest } from './requests.ts';
import { freeCurrentRoot, putRoot } from './roots.ts';

/**
 * Makes the root for a new CR3 value current if it is cached.
 *
 * @source kernel: kvm_mmu_new_pgd
 */
export function newPgd(m: Core, v: VcpuFields, pgd: number, noflush: boolean): void {
  if (!fastPgdSwitch(m, v, pgd)) return;
  note(m, CONSULTED.pgdOnHit);
  if (m.kernel.pgdOnHit === 'load') makeRequest(m, v, LOAD_MMU_PGD);
  note(m, AROSE['root-matches-cr3']);
  note(m, CONSULTED.newPgdHit);
  const how = m.kernel.newPgdHit;
  if (how === 'always-sync-and-flush' || (how === 'sync-and-flush' && !noflush)) {
    makeRequest(m, v, MMU_SYNC);
    makeRequest(m, v, TLB_FLUSH_CURRENT);
  }
  clearFloodOfRoot(m, v);
}

/**
 * Whether a root for `pgd` is current now.
 *
 * @source kernel: fast_pgd_switch; cached_root_available up to v5.17
 */
function fastPgdSwitch(m: Core, v: VcpuFields, pgd: number): boolean {
  note(m, CONSULTED.rootReuse);
  if (m.kernel.rootReuse === 'none') {
    freeCurrentRoot(m, v);
    return false;
  }
  if (get(m, v.root) === INVALID) {
    note(m, CONSULTED.invalidCurrentRoot);
    if (m.kernel.invalidCurrentRoot === 'skipped') return findWithoutCurrent(m, v, pgd);
  }
  return findAndKeepCurrent(m, v, pgd);
}

/**
 * Rotates through prev_roots until a usable root is current.
 *
 * @source kernel: cached_root_find_and_keep_current
 */
function findAndKeepCurrent(m: Core, v: VcpuFields, pgd: number): boolean {
  if (isRootUsable(m, v, get(m, v.root), pgd)) return true;
  note(m, AROSE['cached-roots-in-recency-order']);
  for (const slot of v.prevRoots) {
    const cached = get(m, slot);
    set(m, slot, get(m, v.root));
    set(m, v.root, cached);
    if (isRootUsable(m, v, cached, pgd)) return true;
  }
  const leastRecentlyUsed = get(m, v.root);
  set(m, v.root, INVALID);
  putRoot(m, leastRecentlyUsed);
  return false;
}

/**
 * Takes the first usable root out of prev_roots; later slots move up.
 *
 * @source kernel: cached_root_find_without_current
 */
function findWithoutCurrent(m: Core, v: VcpuFields, pgd: number): boolean {
  for (let slot = 0; slot < v.prevRoots.length; slot++) {
    const cached = get(m, v.prevRoots[slot]!);
    if (isRootUsable(m, v, cached, pgd)) {
      set(m, v.root, cached);
      for (let later = slot; later < v.prevRoots.length - 1; later++) {
        set(m, v.prevRoots[later]!, get(m, v.prevRoots[later + 1]!));
      }
      set(m, v.prevRoots[v.prevRoots.length - 1]!, INVALID);
      return true;
    }
  }
  return false;
}

/** Whether a root serves this CR3 value now. @source kernel: is_root_usable */
function isRootUsable(m: Core, v: VcpuFields, root: number, pgd: number): boolean {
  switch (m.kernel.rootReuse) {
    case 'space-and-role':
      return root === usableRoot(m, v, (lowOf(m, root) << m.layout.spaceBits) | spaceOf(m, pgd));
    case 'cr3':
      return root !== INVALID && !isObsolete(m, root) && pgdOf(m, root) === pgd;
    default:
      return root === usableRoot(m, v, pgd);
  }
}

/** The walk of the current root that a write fault takes clears its flood count. */
export function clearFloodOfRoot(m: Core, v: VcpuFields): void {
  const root = get(m, v.root);
  if (!m.layout.zaps || root === INVALID || isObsolete(m, root)) return;
  const top = m.layout.tops[topOf(m, root)]!;
  set(m, top.writeFloodingCount, 0);
}
