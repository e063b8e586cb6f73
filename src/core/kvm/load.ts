import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { VcpuFields } from '../row/fields.ts';
import { AROSE, CONSULTED, note } from '../row/notes.ts';
import { MMU_FREE_OBSOLETE_ROOTS } from '../state/requests.ts';
import { INVALID, topOf, usableRoot } from '../state/root.ts';
import { activePcid } from '../state/vcpu.ts';
import { count, ROOT_LOADS } from '../state/work.ts';
import { getShadowPage } from './get-shadow-page.ts';
import { flushTlbCurrent } from './hardware-tlb.ts';
import { checkRequest } from './requests.ts';
import { freeObsoleteRoots } from './roots.ts';
import { syncChildren } from './sync.ts';

/**
 * Loads a root for the guest's CR3 if there is none: always a sync, and always a flush of the hardware TLB.
 *
 * @source kernel: kvm_mmu_reload, kvm_mmu_load, mmu_alloc_shadow_roots
 */
export function reload(m: Core, v: VcpuFields): void {
  if (m.layout.zaps && (get(m, v.requests) & MMU_FREE_OBSOLETE_ROOTS) !== 0) reloadObsolete(m, v);
  if (get(m, v.root) !== INVALID) return;
  note(m, AROSE['root-matches-cr3']);
  count(m, ROOT_LOADS);
  const root = usableRoot(m, v, get(m, v.cr3));
  set(m, v.root, root);
  const top = m.layout.tops[topOf(m, root)]!;
  getShadowPage(m, v, top);
  note(m, CONSULTED.loadSync);
  if (m.kernel.loadSync === 'sync') syncChildren(m, top);
  loadPgd(m, v);
  note(m, CONSULTED.loadFlush);
  if (m.kernel.loadFlush === 'flush') flushTlbCurrent(m, v);
}

function reloadObsolete(m: Core, v: VcpuFields): void {
  note(m, CONSULTED.reloadObsolete);
  if (m.kernel.reloadObsolete === 'takes-for-valid') return;
  checkRequest(m, v, MMU_FREE_OBSOLETE_ROOTS);
  freeObsoleteRoots(m, v);
}

/**
 * Points the hardware's CR3 to the current root, tagged with the active PCID.
 *
 * @source kernel: kvm_mmu_load_pgd, vmx_load_mmu_pgd
 */
export function loadPgd(m: Core, v: VcpuFields): void {
  const root = get(m, v.root);
  note(m, CONSULTED.hardwarePcid);
  if (root !== INVALID) {
    const pcid = m.kernel.hardwarePcid === 'active' ? activePcid(m, v) : 0;
    set(m, v.hardwareCr3, (pcid << (m.layout.spaceBits + m.layout.roleBits)) | topOf(m, root));
  }
}
