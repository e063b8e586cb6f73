import { SHADOW_PAGE } from '../../../spec/schema/schema.ts';
import { childKey, idOf, type ShadowIdentity } from '../../../spec/state/shadow.ts';
import type { Entry } from '../../../spec/state/walk.ts';
import { constantField } from './allocate.ts';
import type { GuestPageFields, ShadowPageFields } from './fields.ts';
import { type Placing, placeFields } from './places.ts';

/** The levels at which a guest page is walked: its own, and 1 where a page of its level points to it. */
export function levelsOf(page: GuestPageFields, guestPages: readonly GuestPageFields[]): number[] {
  const isTable = guestPages.some(
    ({ level, entries }) =>
      level > 1 && level === page.level && entries.some(({ meanings }) => meanings.includes(page.name)),
  );
  return isTable ? [page.level, 1] : [page.level];
}

/** The fields of a shadow page. Of one that is obsolete and no root, only what it links is kept. */
export function shadowPageFields(
  at: Placing,
  guest: GuestPageFields,
  identity: ShadowIdentity,
): ShadowPageFields {
  const { layout, allocator, isStored } = at;
  const { level, role, obsolete } = identity;
  const name = idOf(identity);
  const prefix = `shadow ${name}`;
  const linked = (entry: Entry) =>
    entry === null || level === 1
      ? entry
      : idOf({ ...childKey(layout.memory, { role, level }, entry), obsolete });
  const entries = guest.entries.map(({ bits, constant, meanings }) => (label: string) => ({
    ...(bits === 0 && constant === 0 ? constantField(label, 0) : allocator.bits(label, bits || 1)),
    meanings: meanings.map(linked),
  }));
  const page = { level, isStored: isStored(guest.name), entries };
  const exists = allocator.bits(`${prefix} exists`, 1);
  return {
    name,
    ...identity,
    exists,
    ...placeFields(SHADOW_PAGE, { ...at, prefix, page, isObsolete: obsolete }),
  };
}
