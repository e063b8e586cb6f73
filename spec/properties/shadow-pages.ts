import type { Machine } from '../state/machine.ts';
import { childKey, hasUnsyncChildren, idOf, type ShadowPage } from '../state/shadow.ts';
import type { Entry } from '../state/walk.ts';
import type { StateProperty } from './property.ts';

const nameOf = (sp: ShadowPage) => `shadow page ${idOf(sp)}`;

/** The first shadow page that `wrong` has something to say about. */
function firstWrong(machine: Machine, wrong: (sp: ShadowPage) => string | null): string | null {
  for (const sp of Object.values(machine.shadow)) {
    const message = wrong(sp);
    if (message !== null) return message;
  }
  return null;
}

/** What a shadow entry would be if it were made from the guest's entry now. */
function fromGuest(machine: Machine, sp: ShadowPage, index: number): Entry {
  const entry = machine.memory[sp.page]?.entries[index] ?? null;
  if (entry === null || sp.level === 1) return entry;
  return idOf({ ...childKey(machine.memory, sp, entry), obsolete: sp.obsolete });
}

/** A page that is not unsync agrees with the guest's, entry by entry, wherever it is present. */
export const syncedPagesAgree: StateProperty = {
  name: 'synced-pages-agree',
  on: 'state',
  doc: 'every present entry of a synced shadow page is what the guest entry says',
  violation: (_, machine) =>
    firstWrong(machine, (sp) => {
      if (sp.unsync) return null;
      const index = sp.entries.findIndex((entry, i) => entry !== null && entry !== fromGuest(machine, sp, i));
      return index < 0 ? null : `${nameOf(sp)} is synced, but entry ${index} is not what the guest's says`;
    }),
};

/** An upper-level page never goes unsync. */
export const onlyLeavesUnsync: StateProperty = {
  name: 'only-leaves-unsync',
  on: 'state',
  doc: 'only level-1 shadow pages are unsync',
  violation: (_, machine) =>
    firstWrong(machine, (sp) =>
      sp.unsync && sp.level > 1 ? `${nameOf(sp)} of level ${sp.level} is unsync` : null,
    ),
};

/** Whoever syncs a root finds every unsync page below it. */
export const unsyncMarkedUpwards: StateProperty = {
  name: 'unsync-marked-upwards',
  on: 'state',
  doc: 'every linked parent of an unsync page, and of a marked one, is marked',
  violation: (_, machine) =>
    firstWrong(machine, (sp) => {
      if (sp.level === 1) return null;
      const index = sp.entries.findIndex((entry, i) => {
        const child = entry === null ? undefined : machine.shadow[entry];
        return child !== undefined && (child.unsync || hasUnsyncChildren(child)) && !sp.unsyncChildren[i];
      });
      return index < 0
        ? null
        : `${nameOf(sp)} leads to an unsync page through entry ${index}, which is not marked`;
    }),
};

/** The guest cannot store to a synced page without KVM noticing. */
export const syncedPagesWriteProtected: StateProperty = {
  name: 'synced-pages-write-protected',
  on: 'state',
  doc: 'no SPTE maps a page writable that has a synced shadow',
  violation: (_, machine) =>
    firstWrong(machine, (sp) =>
      !sp.unsync && !sp.obsolete && machine.memory[sp.page]?.writable
        ? `${nameOf(sp)} is synced, and the guest can store to its page without an exit`
        : null,
    ),
};
