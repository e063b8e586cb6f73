import type { Layout } from '../../spec/layouts/layout.ts';
import type { GuestMemory, GuestPage } from '../../spec/state/guest-memory.ts';
import type { PageName } from '../../spec/state/names.ts';
import {
  obsoleteId,
  type Shadow,
  type ShadowPage,
  type ShadowPageId,
  shadowPageId,
} from '../../spec/state/shadow.ts';
import type { Entry } from '../../spec/state/walk.ts';
import { type Account, type Accounts, change, sameAlways, turn, walkFields } from './account.ts';
import { entryName, keyOf } from './keys.ts';
import type { Change } from './picture.ts';

/** A change of what belongs to a guest page-table page. */
export interface PageChange extends Change {
  readonly page: PageName;
}

/** What differs in the guest's page tables. */
export function memoryChanges(layout: Layout, before: GuestMemory, after: GuestMemory): PageChange[] {
  return Object.entries(after).flatMap(([page, now]) =>
    of(page, walkFields(GUEST_PAGE, before[page] as GuestPage, now, { layout, page })),
  );
}

/** What differs in the pages that the guest can store to without an exit. */
export function writableChanges(
  before: Readonly<Record<PageName, boolean>>,
  after: Readonly<Record<PageName, boolean>>,
): PageChange[] {
  return Object.entries(after).flatMap(([page, now]) => {
    const set = `${page} becomes writable`;
    return of(page, turn(keyOf.table(page), before[page] ?? false, now, set, `${page} is write-protected`));
  });
}

/** What differs in the shadow pages, those that were made and freed among them. */
export function shadowChanges(layout: Layout, before: Shadow, after: Shadow): PageChange[] {
  const ids = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...ids].flatMap((id) => {
    const [old, now] = [before[id], after[id]];
    const { page } = (now ?? old) as ShadowPage;
    return of(page, lifeChanges(layout, { before, after }, id, old, now));
  });
}

function of(page: PageName, changes: readonly Change[]): PageChange[] {
  return changes.map((each) => ({ ...each, page }));
}

/** A page that is zapped while a root slot holds it goes on under another name. */
function lifeChanges(
  layout: Layout,
  { before, after }: { readonly before: Shadow; readonly after: Shadow },
  id: ShadowPageId,
  old: ShadowPage | undefined,
  now: ShadowPage | undefined,
): Change[] {
  const key = keyOf.shadow(id);
  const zapped = obsoleteId(id);
  const isZapped = old !== undefined && after[zapped] !== undefined && before[zapped] === undefined;
  const kept = isZapped ? undefined : old;
  const comesFromZap = now?.obsolete === true && before[shadowPageId(now)] !== undefined;
  return [
    ...(isZapped ? [{ keys: [key, keyOf.shadow(zapped)], text: `${id} is zapped, still a root` }] : []),
    ...(kept !== undefined && now === undefined ? [{ keys: [key], text: `${id} is gone` }] : []),
    ...(kept === undefined && now !== undefined && !comesFromZap
      ? [{ keys: [key], text: `${id} is made` }]
      : []),
    ...(now === undefined ? [] : walkFields(SHADOW_PAGE, kept ?? blank(now), now, { layout, id, sp: now })),
  ];
}

/** A page as it is before anything is entered into it. */
function blank(sp: ShadowPage): ShadowPage {
  return {
    ...sp,
    entries: sp.entries.map(() => null),
    unsync: false,
    unsyncChildren: sp.unsyncChildren.map(() => false),
    writeFloodingCount: 0,
  };
}

const GUEST_PAGE: Accounts<GuestPage, { readonly layout: Layout; readonly page: PageName }> = {
  level: sameAlways,
  global: sameAlways,
  entries: (before, after, { layout, page }) => {
    const { level } = layout.memory[page] as GuestPage;
    return after.flatMap((entry, i) =>
      entryChange(
        keyOf.entry(keyOf.table(page), i),
        `${page} ${entryName(layout, page, level, i)}`,
        before[i],
        entry,
      ),
    );
  },
};

function entryChange(key: string, name: string, before: Entry | undefined, after: Entry): Change[] {
  return change(key, name, before ?? 'none', after ?? 'none');
}

interface AtShadow {
  readonly layout: Layout;
  readonly id: ShadowPageId;
  readonly sp: ShadowPage;
}

const nameOf = ({ layout, id, sp }: AtShadow, index: number) =>
  `${id} ${entryName(layout, sp.page, sp.level, index)}`;

const entryKey = ({ id }: AtShadow, index: number) => keyOf.entry(keyOf.shadow(id), index);

/** The account of what the name of a shadow page says. */
const inItsName: Account<unknown, AtShadow> = sameAlways;

const SHADOW_PAGE: Accounts<ShadowPage, AtShadow> = {
  page: inItsName,
  role: inItsName,
  asTable: inItsName,
  obsolete: inItsName,
  level: inItsName,
  unsync: (before, after, { id }) =>
    turn(keyOf.shadow(id), before, after, `${id} goes unsync`, `${id} is synced`),
  entries: (before, after, at) =>
    after.flatMap((entry, i) => entryChange(entryKey(at, i), nameOf(at, i), before[i], entry)),
  unsyncChildren: (before, after, at) =>
    after.flatMap((marked, i) => {
      const name = nameOf(at, i);
      return turn(entryKey(at, i), before[i] ?? false, marked, `${name} is marked`, `${name} is unmarked`);
    }),
  writeFloodingCount: (before, after, { id }) =>
    change(keyOf.shadow(id), `${id} write_flooding_count`, `${before}`, `${after}`),
};
