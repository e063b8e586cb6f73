import type { Layout } from '../../spec/layouts/layout.ts';
import type { GuestPage } from '../../spec/state/guest-memory.ts';
import type { Machine } from '../../spec/state/machine.ts';
import type { PageName } from '../../spec/state/names.ts';
import { childKey, type ShadowPage, type ShadowPageId, shadowPageId } from '../../spec/state/shadow.ts';
import type { Entry } from '../../spec/state/walk.ts';
import { entryName, keyOf, tablesInOrder } from './keys.ts';
import type { EntryPicture, ShadowEntryPicture, ShadowPicture, TablePicture } from './picture.ts';
import type { StaleSince } from './stale.ts';
import { holdersOf } from './vcpu.ts';

/** Draws the guest's page-table pages, from the top level down, each with the shadow pages of it. */
export function drawTables(layout: Layout, machine: Machine, since: StaleSince): TablePicture[] {
  return tablesInOrder(machine).map((page) =>
    drawTable(layout, machine, page, machine.memory[page] as GuestPage, since),
  );
}

function drawTable(
  layout: Layout,
  machine: Machine,
  page: PageName,
  guest: GuestPage,
  since: StaleSince,
): TablePicture {
  const { level, global } = guest;
  const key = keyOf.table(page);
  const shadows = Object.entries(machine.shadow).filter(([, sp]) => sp.page === page);
  return {
    key,
    page,
    level,
    global,
    writable: machine.writable[page] ?? false,
    entries: entriesOf(key, layout, page, level, guest.entries),
    shadows: shadows.map(([id, sp]) => drawShadow(layout, machine, id, sp, since)),
  };
}

function drawShadow(
  layout: Layout,
  machine: Machine,
  id: ShadowPageId,
  sp: ShadowPage,
  since: StaleSince,
): ShadowPicture {
  const { page, role, level, unsync, obsolete, writeFloodingCount } = sp;
  const key = keyOf.shadow(id);
  const guest = machine.memory[page]?.entries ?? [];
  const entries = entriesOf(key, layout, page, level, sp.entries).map((entry): ShadowEntryPicture => {
    const { index, value, isLink } = entry;
    return {
      ...entry,
      unsyncChild: sp.unsyncChildren[index] ?? false,
      behind: value !== null && value !== fromGuest(machine, sp, guest[index] ?? null),
      stale: value === null || isLink ? null : since.leaf(id, index, value),
    };
  });
  return { key, id, role, unsync, obsolete, writeFloodingCount, heldBy: holdersOf(machine, id), entries };
}

/** What a shadow entry would be if it were made from the guest's entry now. */
function fromGuest({ memory }: Machine, sp: ShadowPage, entry: Entry): Entry {
  return entry === null || sp.level === 1 ? entry : shadowPageId(childKey(memory, sp, entry));
}

function entriesOf(
  key: string,
  layout: Layout,
  page: PageName,
  level: number,
  entries: readonly Entry[],
): EntryPicture[] {
  return entries.map((value, index) => ({
    key: keyOf.entry(key, index),
    index,
    name: entryName(layout, page, level, index),
    value,
    isLink: level > 1 && value !== null,
  }));
}
