import { match } from 'ts-pattern';
import type { Pcid, VirtualPage } from '../state/names.ts';
import { pcidOf } from '../state/registers.ts';
import { hasUnsyncChildren, type ShadowPage } from '../state/shadow.ts';
import { activePcid, type Root } from '../state/vcpu.ts';
import { walk } from '../state/walk.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { flushTlbGva } from './hardware-tlb.ts';
import { flushRemoteTlbs } from './requests.ts';
import { dropSpte, guestPage, mapsAsData, shadowPage, shadowsOf } from './shadow-page.ts';
import { syncSpte } from './sync.ts';
import { makeWritable } from './unsync.ts';

/**
 * INVLPG: the mapping could be global, so every root is looked at, whatever its PCID.
 *
 * @source kernel: kvm_mmu_invlpg
 */
export const invlpg = kvmFunction('invlpg', (here: Here, page: VirtualPage): void => {
  const { vcpu, world } = here;
  match(world.kernel.invlpgRoots)
    .with('every', () => invalidateAddr(here, page, () => true))
    .with('active-pcid', () =>
      invalidateAddr(here, page, (root) => pcidOf(vcpu.guest.cr4, root.pgd) === activePcid(vcpu.guest)),
    )
    .with('current', () => invalidateAddr(here, page, (root) => root === vcpu.mmu.root))
    .exhaustive();
});

/**
 * Injects a page fault. One for a page that the guest's tables map (P=1) invalidates its address in the current
 * root, so that the next access finds what they say. With P=0 nothing is invalidated.
 *
 * @source kernel: __kvm_inject_emulated_page_fault
 */
export const injectEmulatedPageFault = kvmFunction(
  'injectEmulatedPageFault',
  (here: Here, page: VirtualPage): void => {
    const { machine, vcpu, world } = here;
    const present =
      walk(machine.memory, vcpu.guest.cr3.space, world.layout.paths[page] as readonly number[]) !== null;
    if (present && world.kernel.injectedFault === 'invalidate-addr')
      invalidateAddr(here, page, (root) => root === vcpu.mmu.root);
  },
);

/**
 * INVPCID address: the roots of this PCID. If there are none, nothing happens, not even in hardware: the next
 * load of the PCID finds no root, so it syncs and flushes.
 *
 * @source kernel: kvm_mmu_invpcid_gva
 */
export const invpcidGva = kvmFunction('invpcidGva', (here: Here, page: VirtualPage, pcid: Pcid): void => {
  const { vcpu } = here;
  const hasPcid = (root: Root) => pcidOf(vcpu.guest.cr4, root.pgd) === pcid;
  if (activePcid(vcpu.guest) !== pcid && !vcpu.mmu.prevRoots.some((root) => root !== null && hasPcid(root)))
    return;
  invalidateAddr(here, page, hasPcid);
});

/** @source kernel: kvm_mmu_invalidate_addr */
export const invalidateAddr = kvmFunction(
  'invalidateAddr',
  (here: Here, page: VirtualPage, which: (root: Root) => boolean): void => {
    const { vcpu, world } = here;
    if (world.kernel.addressFlush === 'flush') flushTlbGva(here, page);
    for (const root of [vcpu.mmu.root, ...vcpu.mmu.prevRoots]) {
      if (root !== null && which(root)) invalidateAddrInRoot(here, page, root);
    }
  },
);

/**
 * Walks down to the entry of one page and brings it up to date where its page is unsync; the page stays
 * unsync. The walk ends where nothing below is marked unsync.
 *
 * @source kernel: __kvm_mmu_invalidate_addr; FNAME(invlpg) up to v6.3
 */
export const invalidateAddrInRoot = kvmFunction(
  'invalidateAddrInRoot',
  (here: Here, page: VirtualPage, root: Root): void => {
    const { machine, world } = here;
    let sp = shadowPage(machine, root.page);
    for (const index of world.layout.paths[page] as readonly number[]) {
      if (sp.unsync) refreshSpte(here, sp, index);
      const entry = sp.entries[index] ?? null;
      if (!hasUnsyncChildren(sp) || entry === null) return;
      sp = shadowPage(machine, entry);
    }
  },
);

function refreshSpte(here: Here, sp: ShadowPage, index: number): void {
  match(here.world.kernel.invlpg)
    .with('sync', () => {
      if (syncSpte(here, sp, index)) flushRemoteTlbs(here);
    })
    .with('zap-and-refetch', () => {
      if (sp.entries[index] !== null) flushRemoteTlbs(here);
      dropSpte(here, sp, index);
      prefetch(here, sp, index);
    })
    .with('nothing', () => {})
    .exhaustive();
}

/** Reads an entry that nothing faulted on. No page goes unsync by that, so one that is synced is mapped read-only. */
function prefetch(here: Here, sp: ShadowPage, index: number): void {
  const entry = guestPage(here.machine, sp.page).entries[index] ?? null;
  sp.entries[index] = entry;
  if (entry === null || !mapsAsData(here.machine, sp, entry)) return;
  if (shadowsOf(here, entry).every(({ unsync }) => unsync)) makeWritable(here, entry);
}
