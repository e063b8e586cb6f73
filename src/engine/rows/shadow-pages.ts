import { ROLES, type Role, shadowPageId } from '../../../spec/state/shadow.ts';
import { type Allocator, constantField } from './allocate.ts';
import type { Changes } from './changes.ts';
import type { GuestPageFields, Mutable, ObsoletePageFields, ParentSlot, ShadowPageFields } from './fields.ts';

/** The fields of all shadow pages, in one order whatever they are linked to. */
export function shadowPageFields(
  allocator: Allocator,
  guestPages: readonly GuestPageFields[],
  roles: readonly number[],
  may: Changes,
  spaceBits: number,
  spaces: readonly string[],
): Mutable<ShadowPageFields>[] {
  const all: Mutable<ShadowPageFields>[] = [];
  let leaves = 0;
  for (const page of guestPages) {
    for (const role of roles) {
      for (const level of levelsOf(page, guestPages)) {
        const leaf = level === 1 ? leaves++ : -1;
        const top = (role << spaceBits) | spaces.indexOf(page.name);
        all.push(shadowPage(allocator, page, role, level, may, { leaf, top }));
      }
    }
  }
  const of = (page: GuestPageFields | undefined, role: number, level: number) =>
    all.find((sp) => sp.page === page && sp.role === role && sp.level === level);
  for (const sp of all) {
    sp.children = sp.page.targets.map((values) =>
      sp.level === 1 ? [] : values.map((target) => of(target, sp.role, sp.level - 1)),
    );
    (sp.page.shadows as ShadowPageFields[]).push(sp);
    sp.children.forEach((values, index) => {
      values.forEach((child, value) => {
        if (child !== undefined) (child.parents as ParentSlot[]).push({ parent: sp, index, value });
      });
    });
  }
  for (const sp of all) sp.leaves = leavesBelow(sp);
  return all;
}

/** The levels at which a guest page is walked: its own, and 1 where a page of its level points to it. */
function levelsOf(page: GuestPageFields, guestPages: readonly GuestPageFields[]): number[] {
  const isTable = guestPages.some(
    ({ level, targets }) => level === page.level && targets.some((values) => values.includes(page)),
  );
  return isTable ? [page.level, 1] : [page.level];
}

function shadowPage(
  allocator: Allocator,
  page: GuestPageFields,
  role: number,
  level: number,
  may: Changes,
  { leaf, top }: { leaf: number; top: number },
): ShadowPageFields {
  const key = { page: page.name, role: ROLES[role] as Role };
  const name = shadowPageId(level < page.level ? { ...key, asTable: true } : key);
  const upper = level > 1;
  const label = (what: string) => `shadow ${name}${what}`;
  return {
    name,
    page,
    role,
    level,
    leaf,
    top,
    exists: allocator.bits(label(' exists'), 1),
    unsync: upper ? constantField(label(' unsync'), 0) : allocator.bits(label(' unsync'), 1),
    entries: page.entries.map((entry, index) =>
      entry.bits === 0 && entry.constant === 0
        ? constantField(label(`[${index}]`), 0)
        : allocator.bits(label(`[${index}]`), entry.bits > 0 ? entry.bits : 1),
    ),
    unsyncChildren: page.entries.map((_, index) =>
      upper ? allocator.bits(label(`[${index}] unsync below`), 1) : constantField(label(''), 0),
    ),
    writeFloodingCount:
      upper && may.directories && page.entries.some(({ bits }) => bits > 0)
        ? allocator.bits(label(' write_flooding_count'), 2)
        : constantField(label(' write_flooding_count'), 0),
    children: [],
    parents: [],
    obsolete: undefined,
    leaves: [],
  };
}

/** The fields of what is left of a shadow page that was zapped while it was in use. */
export function obsoletePage(allocator: Allocator, sp: Mutable<ShadowPageFields>): ObsoletePageFields {
  const { page, role, level } = sp;
  const name = `${sp.name}!`;
  const fields = {
    name,
    page,
    role,
    level,
    exists: allocator.bits(`shadow ${name} exists`, 1),
    entries: sp.entries.map((entry, index) => allocator.bits(`shadow ${name}[${index}]`, entry.bits)),
  };
  sp.obsolete = fields;
  return fields;
}

function leavesBelow(sp: ShadowPageFields): ShadowPageFields[] {
  if (sp.level === 1) return [sp];
  const below = sp.children.flat().filter((child) => child !== undefined);
  return [...new Set(below.flatMap(leavesBelow))];
}
