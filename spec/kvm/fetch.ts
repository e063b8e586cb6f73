import { match } from 'ts-pattern';
import type { KvmMachine } from '../state/machine.ts';
import type { VirtualPage } from '../state/names.ts';
import { childKey, hasUnsyncChildren, idOf, type ShadowKey, type ShadowPage } from '../state/shadow.ts';
import { walk } from '../state/walk.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { allocShadowPage, getShadowPage } from './get-shadow-page.ts';
import { reload } from './load.ts';
import { flushRemoteTlbs, makeRequest } from './requests.ts';
import { dropSpte, guestPage, mapsAsData, shadowPage } from './shadow-page.ts';
import { syncChildren } from './sync.ts';
import { makeWritable, markUnsync } from './unsync.ts';

/**
 * Handles a read that misses in the shadow tables: walks the guest's, then builds what is missing from the
 * root down. A read that the guest's tables do not map faults into the guest and changes nothing (P=0, so no
 * entry is invalidated).
 *
 * @source kernel: FNAME(page_fault), FNAME(fetch)
 */
export const pageFault = kvmFunction('pageFault', (here: Here, page: VirtualPage): void => {
  const { machine, vcpu, world } = here;
  const path = world.layout.paths[page] as readonly number[];
  if (vcpu.mmu.root === null || walk(machine.memory, vcpu.guest.cr3.space, path) === null) return;
  let sp = shadowPage(machine, vcpu.mmu.root.page);
  if (sp.obsolete && world.kernel.staleFault === 'retry') return;
  for (const index of path) {
    sp.writeFloodingCount = 0;
    if (sp.level === 1) setSpte(here, sp, index);
    else sp = sp.entries[index] === null ? linkChild(here, sp, index) : linkedChild(machine, sp, index);
  }
});

/**
 * Maps a page that the host has brought into memory, before the guest runs into it again. Requests may be
 * pending that the last entry did not see.
 *
 * @source kernel: kvm_arch_async_page_ready
 */
export const asyncPageReady = kvmFunction('asyncPageReady', (here: Here, page: VirtualPage): void => {
  reload(here);
  pageFault(here, page);
});

/**
 * Makes the SPTE that the guest's entry asks for, in place of another where there is one. One that maps a page-table page
 * is writable at once, though only a read faulted: the guest's entry allows it.
 *
 * @source kernel: mmu_set_spte
 */
export const setSpte = kvmFunction('setSpte', (here: Here, sp: ShadowPage, index: number): void => {
  const entry = guestEntry(here.machine, sp, index);
  const present = sp.entries[index] ?? null;
  if (present !== null && present !== entry) {
    dropSpte(here, sp, index);
    flushRemoteTlbs(here);
  }
  sp.entries[index] = entry;
  if (entry !== null && mapsAsData(here.machine, sp, entry)) makeWritable(here, entry);
});

/** @source kernel: kvm_mmu_get_child_sp, link_shadow_page */
export const linkChild = kvmFunction(
  'linkChild',
  (here: Here, parent: ShadowPage, index: number): ShadowPage => {
    const { machine } = here;
    const key = childKey(machine.memory, parent, guestEntry(machine, parent, index) as string);
    const child = getChild(here, parent, key);
    if (hasUnsyncChildren(child)) settleUnsyncChildren(here, child);
    parent.entries[index] = idOf(child);
    if (child.unsync || hasUnsyncChildren(child)) markUnsync(here, parent, index);
    return child;
  },
);

/** Below an obsolete page, which only a fault that should have been given up gets to, children may inherit that. */
function getChild(here: Here, parent: ShadowPage, key: ShadowKey): ShadowPage {
  return parent.obsolete && here.world.kernel.staleFault === 'install-obsolete'
    ? allocShadowPage(here, key, true)
    : getShadowPage(here, key);
}

/** The guest needs no flush to see what a newly linked directory leads to, so KVM must not link it stale. */
function settleUnsyncChildren(here: Here, child: ShadowPage): void {
  match(here.world.kernel.linkUnsyncChildren)
    .with('sync-first', () => syncChildren(here, child))
    .with('request-sync', () => makeRequest(here, 'MMU_SYNC'))
    .with('request-flush', () => makeRequest(here, 'TLB_FLUSH_CURRENT'))
    .with('nothing', () => {})
    .exhaustive();
}

function linkedChild(machine: KvmMachine, parent: ShadowPage, index: number): ShadowPage {
  return shadowPage(machine, parent.entries[index] as string);
}

function guestEntry(machine: KvmMachine, sp: ShadowPage, index: number) {
  return guestPage(machine, sp.page).entries[index] ?? null;
}
