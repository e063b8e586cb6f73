import type { KvmMachine } from '../state/machine.ts';
import type { PageName } from '../state/names.ts';
import { type ShadowPage, type ShadowPageId, shadowKeysOf, shadowPageId } from '../state/shadow.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';

/**
 * Takes away the guest's writable mappings of a page; whether there were any.
 *
 * @source kernel: kvm_vcpu_write_protect_gfn
 */
export const writeProtect = kvmFunction('writeProtect', ({ machine }: Here, page: PageName): boolean => {
  const wasWritable = machine.writable[page] === true;
  machine.writable[page] = false;
  return wasWritable;
});

/**
 * Drops an SPTE. With the last one that maps a page-table page goes what lets the guest store to that page without an
 * exit; what hardware TLBs hold of it stays until a flush.
 *
 * @source kernel: drop_spte, rmap_remove
 */
export const dropSpte = kvmFunction('dropSpte', ({ machine }: Here, sp: ShadowPage, index: number): void => {
  const mapped = sp.entries[index] ?? null;
  sp.entries[index] = null;
  if (mapped !== null && mapsAsData(machine, sp, mapped)) endWritable(machine, mapped);
});

/** Whether an SPTE maps a page-table page for the guest to store to, and does not lead on to it. */
export function mapsAsData(machine: KvmMachine, sp: ShadowPage, mapped: PageName): boolean {
  return sp.level === 1 && !sp.asTable && machine.memory[mapped] !== undefined;
}

function endWritable(machine: KvmMachine, page: PageName): void {
  const isMapped = Object.values(machine.shadow).some(
    (sp) => mapsAsData(machine, sp, page) && sp.entries.includes(page),
  );
  if (!isMapped) machine.writable[page] = false;
}

/**
 * The shadow pages of a guest page that can still be found, whatever their role.
 *
 * @source kernel: for_each_gfn_valid_sp_with_gptes
 */
export const shadowsOf = kvmFunction('shadowsOf', ({ machine }: Here, page: PageName): ShadowPage[] => {
  return shadowKeysOf(page)
    .map((key) => machine.shadow[shadowPageId(key)])
    .filter((sp) => sp !== undefined);
});

/** The shadow page of this name. */
export function shadowPage(machine: KvmMachine, id: ShadowPageId): ShadowPage {
  const sp = machine.shadow[id];
  if (sp === undefined) throw new Error(`cannot happen: no shadow page ${id}`);
  return sp;
}

/** The guest page of this name. */
export function guestPage(machine: KvmMachine, page: PageName) {
  const guest = machine.memory[page];
  if (guest === undefined) throw new Error(`cannot happen: no guest page ${page}`);
  return guest;
}
