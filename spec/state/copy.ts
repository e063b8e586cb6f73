import type { GuestPage } from './guest-memory.ts';
import type { Machine } from './machine.ts';
import type { ShadowPage } from './shadow.ts';
import type { VpidTlbs } from './tlb.ts';
import type { Vcpu } from './vcpu.ts';

/**
 * A copy that a recipe may change without changing the original. What recipes replace and never edit (TLBs,
 * registers, roots) is shared.
 */
export function copyMachine({ memory, shadow, writable, vcpus, work }: Machine): Machine {
  return {
    memory: copyRecord(memory, copyGuestPage),
    shadow: copyRecord(shadow, copyShadowPage),
    writable: { ...writable },
    vcpus: vcpus.map(copyVcpu),
    work: { ...work },
  };
}

function copyRecord<T>(record: Readonly<Record<string, T>>, copy: (value: T) => T): Record<string, T> {
  const copied: Record<string, T> = {};
  for (const name in record) copied[name] = copy(record[name] as T);
  return copied;
}

function copyGuestPage(page: GuestPage): GuestPage {
  return { ...page, entries: page.entries.slice() };
}

function copyShadowPage(sp: ShadowPage): ShadowPage {
  return { ...sp, entries: sp.entries.slice(), unsyncChildren: sp.unsyncChildren.slice() };
}

function copyVcpu({ guest, mmu, tlbs, entryFails }: Vcpu): Vcpu {
  return {
    guest: { ...guest },
    mmu: { ...mmu, prevRoots: mmu.prevRoots.slice(), requests: mmu.requests.slice() },
    tlbs: { vpid01: copyVpid(tlbs.vpid01), vpid02: copyVpid(tlbs.vpid02) },
    entryFails,
  };
}

function copyVpid(under: VpidTlbs): VpidTlbs {
  return { ...under };
}
