import type { GuestPage } from './guest-memory.ts';
import type { Machine } from './machine.ts';
import type { ShadowPage } from './shadow.ts';
import type { Vcpu } from './vcpu.ts';

/**
 * A copy that a recipe may change without changing the original. What recipes replace and never edit (TLBs,
 * registers, roots) is shared.
 */
export function copyMachine({ memory, shadow, vcpus, work }: Machine): Machine {
  return {
    memory: copyRecord(memory, copyGuestPage),
    shadow: copyRecord(shadow, copyShadowPage),
    vcpus: vcpus.map(copyVcpu),
    work: { ...work },
  };
}

function copyRecord<T>(record: Readonly<Record<string, T>>, copy: (value: T) => T): Record<string, T> {
  const copied: Record<string, T> = {};
  for (const name in record) copied[name] = copy(record[name] as T);
  return copied;
}

function copyGuestPage({ level, global, writable, entries }: GuestPage): GuestPage {
  return { level, global, writable, entries: entries.slice() };
}

function copyShadowPage(sp: ShadowPage): ShadowPage {
  const { page, role, asTable, level, unsync, obsolete, writeFloodingCount } = sp;
  const entries = sp.entries.slice();
  const unsyncChildren = sp.unsyncChildren.slice();
  const copy = { page, role, level, entries, unsync, unsyncChildren, obsolete, writeFloodingCount };
  return asTable ? { ...copy, asTable } : copy;
}

function copyVcpu(vcpu: Vcpu): Vcpu {
  const { cr0, cr3, cr4, guestTlb, loaded, root, hardwareCr3, hardwareTlb, awayTlb } = vcpu;
  const { guestMode, ownVpid, otherVpid, entryFails } = vcpu;
  const prevRoots = vcpu.prevRoots.slice();
  const requests = vcpu.requests.slice();
  return {
    cr0,
    cr3,
    cr4,
    guestTlb,
    loaded,
    root,
    prevRoots,
    requests,
    hardwareCr3,
    hardwareTlb,
    awayTlb,
    guestMode,
    ownVpid,
    otherVpid,
    entryFails,
  };
}
