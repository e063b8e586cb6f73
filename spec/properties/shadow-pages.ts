import type { KvmMachine } from '../state/machine.ts';
import { childKey, hasUnsyncChildren, idOf, type ShadowPage } from '../state/shadow.ts';
import type { Entry } from '../state/walk.ts';
import type { Property } from './property.ts';

const nameOf = (sp: ShadowPage) => `shadow page ${idOf(sp)}`;

/** A property that says what is wrong with one shadow page at a time. */
function ofEach(
  name: string,
  doc: string,
  wrong: (sp: ShadowPage, machine: KvmMachine) => string | null,
): Property {
  return {
    name,
    doc,
    rules: [
      {
        on: 'state',
        each: 'shadow page',
        wrong: (_, machine, id) => {
          const sp = machine.shadow[id];
          return sp === undefined ? null : wrong(sp, machine);
        },
      },
    ],
  };
}

/** What a shadow entry would be if it were made from the guest's entry now. */
function fromGuest(machine: KvmMachine, sp: ShadowPage, index: number): Entry {
  const entry = machine.memory[sp.page]?.entries[index] ?? null;
  if (entry === null || sp.level === 1) return entry;
  return idOf({ ...childKey(machine.memory, sp, entry), obsolete: sp.obsolete });
}

/** A page that is not unsync agrees with the guest's, entry by entry, wherever it is present. */
export const syncedPagesAgree = ofEach(
  'synced-pages-agree',
  'every present entry of a synced shadow page is what the guest entry says',
  (sp, machine) => {
    if (sp.unsync) return null;
    const index = sp.entries.findIndex((entry, i) => entry !== null && entry !== fromGuest(machine, sp, i));
    return index < 0 ? null : `${nameOf(sp)} is synced, but entry ${index} is not what the guest's says`;
  },
);

/** An upper-level page never goes unsync. */
export const onlyLeavesUnsync = ofEach('only-leaves-unsync', 'only level-1 shadow pages are unsync', (sp) =>
  sp.unsync && sp.level > 1 ? `${nameOf(sp)} of level ${sp.level} is unsync` : null,
);

/** Whoever syncs a root finds every unsync page below it. */
export const unsyncMarkedUpwards = ofEach(
  'unsync-marked-upwards',
  'every linked parent of an unsync page, and of a marked one, is marked',
  (sp, machine) => {
    if (sp.level === 1) return null;
    const index = sp.entries.findIndex((entry, i) => {
      const child = entry === null ? undefined : machine.shadow[entry];
      return child !== undefined && (child.unsync || hasUnsyncChildren(child)) && !sp.unsyncChildren[i];
    });
    return index < 0
      ? null
      : `${nameOf(sp)} leads to an unsync page through entry ${index}, which is not marked`;
  },
);

/** The guest cannot store to a synced page without KVM noticing. */
export const syncedPagesWriteProtected = ofEach(
  'synced-pages-write-protected',
  'no SPTE maps a page writable that has a synced shadow',
  (sp, machine) =>
    !sp.unsync && !sp.obsolete && machine.writable[sp.page]
      ? `${nameOf(sp)} is synced, and the guest can store to its page without an exit`
      : null,
);
