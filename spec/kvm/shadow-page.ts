import type { Machine } from '../state/machine.ts';
import type { PageName } from '../state/names.ts';
import type { ShadowPage, ShadowPageId } from '../state/shadow.ts';

/**
 * Takes away the guest's writable mappings of a page; whether there were any.
 *
 * @source kernel: kvm_vcpu_write_protect_gfn
 */
export function writeProtect(machine: Machine, page: PageName): boolean {
  const guest = guestPage(machine, page);
  const wasWritable = guest.writable;
  guest.writable = false;
  return wasWritable;
}

/**
 * The shadow pages of a guest page that can still be found, whatever their role.
 *
 * @source kernel: for_each_gfn_valid_sp_with_gptes
 */
export function shadowsOf(machine: Machine, page: PageName): ShadowPage[] {
  return Object.values(machine.shadow).filter((sp) => sp.page === page && !sp.obsolete);
}

/** The shadow page of this name. */
export function shadowPage(machine: Machine, id: ShadowPageId): ShadowPage {
  const sp = machine.shadow[id];
  if (sp === undefined) throw new Error(`cannot happen: no shadow page ${id}`);
  return sp;
}

/** The guest page of this name. */
export function guestPage(machine: Machine, page: PageName) {
  const guest = machine.memory[page];
  if (guest === undefined) throw new Error(`cannot happen: no guest page ${page}`);
  return guest;
}
