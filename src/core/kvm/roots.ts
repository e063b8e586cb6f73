import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { VcpuFields } from '../row/fields.ts';
import { CONSULTED, note } from '../row/notes.ts';
import { INVALID, isObsolete, lowOf, topOf } from '../state/root.ts';
import { pcidOf } from '../state/vcpu.ts';
import { count, ROOTS_FREED } from '../state/work.ts';
import { flushRemoteTlbs } from './requests.ts';
import { isUnsyncRoot } from './sync.ts';

/** Frees the current root. @source kernel: kvm_mmu_free_roots, KVM_MMU_ROOT_CURRENT */
export function freeCurrentRoot(m: Core, v: VcpuFields): void {
  const freed = get(m, v.root);
  set(m, v.root, INVALID);
  putRoot(m, freed);
}

/** Frees every cached root. @source kernel: kvm_mmu_free_roots, KVM_MMU_ROOT_PREVIOUS */
export function freePrevRoots(m: Core, v: VcpuFields): void {
  for (let slot = 0; slot < v.prevRoots.length; slot++) freePrevRoot(m, v, slot);
}

/** Frees the cached roots of a PCID. */
export function freePrevRootsOf(m: Core, v: VcpuFields, pcid: number): void {
  for (let slot = 0; slot < v.prevRoots.length; slot++) {
    const root = get(m, v.prevRoots[slot]!);
    if (root !== INVALID && pcidOf(m, v, lowOf(m, root)) === pcid) freePrevRoot(m, v, slot);
  }
}

/** Frees the cached roots whose CR3 value has zero in bits 11:0. */
export function freePrevRootsWithLowBits0(m: Core, v: VcpuFields): void {
  for (let slot = 0; slot < v.prevRoots.length; slot++) {
    const root = get(m, v.prevRoots[slot]!);
    if (root !== INVALID && lowOf(m, root) === 0) freePrevRoot(m, v, slot);
  }
}

/** Frees the cached roots that may have something unsync below them. */
export function freeUnsyncPrevRoots(m: Core, v: VcpuFields): void {
  for (let slot = 0; slot < v.prevRoots.length; slot++) {
    const root = get(m, v.prevRoots[slot]!);
    if (root !== INVALID && isUnsync(m, root)) freePrevRoot(m, v, slot);
  }
}

function isUnsync(m: Core, root: number): boolean {
  if (isObsolete(m, root)) return false;
  const top = m.layout.tops[topOf(m, root)]!;
  return isUnsyncRoot(m, top);
}

/** Frees the cached root of a slot. */
export function freePrevRoot(m: Core, v: VcpuFields, slot: number): void {
  const freed = get(m, v.prevRoots[slot]!);
  set(m, v.prevRoots[slot]!, INVALID);
  putRoot(m, freed);
}

/**
 * Frees the current root and every cached one. Nothing is flushed: the next load does that.
 *
 * @source kernel: kvm_mmu_unload
 */
export function unload(m: Core, v: VcpuFields): void {
  freeCurrentRoot(m, v);
  freePrevRoots(m, v);
}

/** Frees the roots whose shadow page was zapped. @source kernel: kvm_mmu_free_obsolete_roots */
export function freeObsoleteRoots(m: Core, v: VcpuFields): void {
  note(m, CONSULTED.obsoleteRoots);
  const currentIsObsolete = isObsolete(m, get(m, v.root));
  if (currentIsObsolete) freeCurrentRoot(m, v);
  if (m.kernel.obsoleteRoots === 'current') {
    if (currentIsObsolete) freePrevRoots(m, v);
    return;
  }
  for (let slot = 0; slot < v.prevRoots.length; slot++) {
    if (isObsolete(m, get(m, v.prevRoots[slot]!))) freePrevRoot(m, v, slot);
  }
}

/**
 * Lets go of a root that no slot of its vCPU holds any more. A zapped page goes with its last root, which
 * takes a remote flush.
 *
 * @source kernel: mmu_free_root_page, kvm_mmu_commit_zap_page
 */
export function putRoot(m: Core, root: number): void {
  if (m.counting && root !== INVALID) count(m, ROOTS_FREED);
  if (!isObsolete(m, root) || isRoot(m, topOf(m, root), true)) return;
  flushRemoteTlbs(m);
}

/** Whether some root slot holds this top page, zapped or not. @source kernel: sp->root_count */
export function isRoot(m: Core, top: number, obsolete: boolean): boolean {
  let found = false;
  for (const vcpu of m.layout.vcpus) {
    if (holds(m, get(m, vcpu.root), top, obsolete)) found = true;
    for (const slot of vcpu.prevRoots) if (holds(m, get(m, slot), top, obsolete)) found = true;
  }
  return found;
}

function holds(m: Core, root: number, top: number, obsolete: boolean): boolean {
  return root !== INVALID && topOf(m, root) === top && isObsolete(m, root) === obsolete;
}
