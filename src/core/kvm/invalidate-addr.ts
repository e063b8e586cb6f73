import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { PageFields, ShadowPageFields, VcpuFields } from '../row/fields.ts';
import { CONSULTED, note } from '../row/notes.ts';
import { INVALID, isObsolete, lowOf, topOf } from '../state/root.ts';
import { activePcid, cr3Space, pcidOf } from '../state/vcpu.ts';
import { guestWalk } from '../state/walk.ts';
import { flushTlbGva } from './hardware-tlb.ts';
import { flushRemoteTlbs } from './requests.ts';
import { hasUnsyncChildren } from './shadow-page.ts';
import { syncSpte } from './sync.ts';

/** INVLPG: every root is looked at, whatever its PCID. @source kernel: kvm_mmu_invlpg */
export function invlpg(m: Core, v: VcpuFields, page: PageFields): void {
  flushAddress(m, v, page);
  note(m, CONSULTED.invlpgRoots);
  if (isForInvlpg(m, v, get(m, v.root))) invalidateAddrInRoot(m, page, get(m, v.root));
  if (m.kernel.invlpgRoots === 'current') return;
  for (const slot of v.prevRoots) {
    if (isForInvlpg(m, v, get(m, slot))) invalidateAddrInRoot(m, page, get(m, slot));
  }
}

function isForInvlpg(m: Core, v: VcpuFields, root: number): boolean {
  return m.kernel.invlpgRoots !== 'active-pcid' || hasPcid(m, v, root, activePcid(m, v));
}

/** Injects a protection fault into the guest. @source kernel: __kvm_inject_emulated_page_fault */
export function injectPageFault(m: Core, v: VcpuFields, page: PageFields): void {
  const space = m.layout.guestTops[cr3Space(m, v)]!;
  if (guestWalk(m, space, page) === 0) return;
  note(m, CONSULTED.injectedFault);
  if (m.kernel.injectedFault === 'nothing') return;
  flushAddress(m, v, page);
  invalidateAddrInRoot(m, page, get(m, v.root));
}

function flushAddress(m: Core, v: VcpuFields, page: PageFields): void {
  note(m, CONSULTED.addressFlush);
  if (m.kernel.addressFlush === 'flush') flushTlbGva(m, v, page.index);
}

/**
 * INVPCID address: the roots of this PCID. If there are none, nothing happens, not even in hardware.
 *
 * @source kernel: kvm_mmu_invpcid_gva
 */
export function invpcidGva(m: Core, v: VcpuFields, page: PageFields, pcid: number): void {
  let found = activePcid(m, v) === pcid;
  for (const slot of v.prevRoots) if (hasPcid(m, v, get(m, slot), pcid)) found = true;
  if (!found) return;
  flushAddress(m, v, page);
  if (hasPcid(m, v, get(m, v.root), pcid)) invalidateAddrInRoot(m, page, get(m, v.root));
  for (const slot of v.prevRoots) {
    if (hasPcid(m, v, get(m, slot), pcid)) invalidateAddrInRoot(m, page, get(m, slot));
  }
}

function hasPcid(m: Core, v: VcpuFields, root: number, pcid: number): boolean {
  return root !== INVALID && pcidOf(m, v, lowOf(m, root)) === pcid;
}

/**
 * Walks down to the entry of one page and brings it up to date where its page is unsync; the page stays
 * unsync.
 *
 * @source kernel: __kvm_mmu_invalidate_addr; FNAME(invlpg) up to v6.3
 */
function invalidateAddrInRoot(m: Core, page: PageFields, root: number): void {
  if (root === INVALID || isObsolete(m, root)) return;
  const top = m.layout.tops[topOf(m, root)]!;
  invalidateAddrBelow(m, page, top, 0);
}

function invalidateAddrBelow(m: Core, page: PageFields, sp: ShadowPageFields, depth: number): void {
  const index = page.path[depth]!;
  if (sp.level === 1) {
    if (get(m, sp.unsync) === 1) refreshSpte(m, sp, index);
    return;
  }
  const entry = get(m, sp.entries[index]!);
  if (entry === 0 || !hasUnsyncChildren(m, sp)) return;
  const child = sp.children[index]![entry]!;
  invalidateAddrBelow(m, page, child, depth + 1);
}

function refreshSpte(m: Core, sp: ShadowPageFields, index: number): void {
  note(m, CONSULTED.invlpg);
  switch (m.kernel.invlpg) {
    case 'sync':
      if (syncSpte(m, sp, index)) flushRemoteTlbs(m);
      return;
    case 'zap-and-refetch':
      if (get(m, sp.entries[index]!) !== 0) flushRemoteTlbs(m);
      set(m, sp.entries[index]!, get(m, sp.page.entries[index]!));
      return;
    case 'nothing':
      return;
  }
}
