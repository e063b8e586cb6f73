import { VPIDS } from '../../../spec/state/tlb.ts';
import type { FactGroup, FactLayout } from '../facts/fact-layout.ts';
import type { Field } from '../rows/field.ts';
import type {
  GuestPageFields,
  ObsoletePageFields,
  RowLayout,
  ShadowPageFields,
  VcpuFields,
  VpidFields,
} from '../rows/fields.ts';
import type { TaggedSet } from '../rows/tagged-set.ts';
import { pagesMappedBy } from './mapped-pages.ts';
import type { Renaming } from './renaming.ts';

/** What becomes of a field of a row: the place that its value goes to, and what the value becomes. */
export interface RenamedField {
  readonly from: Field;
  readonly to: Field;
  readonly value: (value: number) => number;
}

const same = (value: number) => value;

/** What a vCPU takes along as it is. */
const FLAGS = ['wp', 'pcide', 'pge', 'smep', 'guestMode', 'ownVpid', 'entryFails'] as const;

/** What a renaming makes of each field. */
export function renameFields(rows: RowLayout, renaming: Renaming): RenamedField[] {
  const pageOf = renamedGuestPages(rows, renaming);
  const renamed: RenamedField[] = [{ from: rows.occupied, to: rows.occupied, value: same }];
  for (const page of rows.guestPages) renamed.push(...guestPage(rows, page, pageOf, renaming));
  for (const sp of rows.shadowPages) renamed.push(...shadowPage(rows, sp, pageOf, renaming));
  for (const page of rows.obsoletePages) renamed.push(...obsoletePage(rows, page, pageOf, renaming));
  for (const vcpu of rows.vcpus) renamed.push(...vcpuFields(rows, vcpu, renaming));
  return renamed.filter(({ from }) => from.bits > 0);
}

/** The guest page that each becomes: what lies at the same place below the renamed space. */
export function renamedGuestPages(
  rows: RowLayout,
  { spaces }: Renaming,
): Map<GuestPageFields, GuestPageFields> {
  const pageOf = new Map<GuestPageFields, GuestPageFields>();
  const follow = (from: GuestPageFields, to: GuestPageFields) => {
    if (pageOf.has(from)) return;
    pageOf.set(from, to);
    // Value 1 of an upper entry is what it holds at the start.
    from.targets.forEach((values, i) => {
      const target = values[1];
      if (target !== undefined) follow(target, to.targets[i]?.[1] as GuestPageFields);
    });
  };
  rows.guestTops.forEach((top, space) => {
    follow(top, rows.guestTops[spaces[space] as number] as GuestPageFields);
  });
  return pageOf;
}

/** The index that an entry of a level-1 page gets: that of the page it is for. */
export function renamedIndex(
  rows: RowLayout,
  table: GuestPageFields,
  index: number,
  { pages }: Renaming,
): number {
  if (table.level > 1) return index;
  const page = pagesMappedBy(rows, table, index)[0];
  return page === undefined ? index : (rows.pages[pages[page.index] as number]?.path.at(-1) as number);
}

/** What the value of an entry becomes. */
export function renamedEntry(
  rows: RowLayout,
  from: GuestPageFields,
  to: GuestPageFields,
  index: number,
  pageOf: ReadonlyMap<GuestPageFields, GuestPageFields>,
  { frames }: Renaming,
): (value: number) => number {
  if (from.level === 1) {
    const page = pagesMappedBy(rows, from, index)[0];
    return (value) => (page === undefined ? value : (frames[page.index]?.[value] ?? value));
  }
  return (value) => {
    const target = from.targets[index]?.[value];
    return target === undefined ? value : (to.targets[index] ?? []).indexOf(pageOf.get(target));
  };
}

function guestPage(
  rows: RowLayout,
  page: GuestPageFields,
  pageOf: ReadonlyMap<GuestPageFields, GuestPageFields>,
  renaming: Renaming,
): RenamedField[] {
  const to = pageOf.get(page) as GuestPageFields;
  return [
    { from: page.writable, to: to.writable, value: same },
    ...page.entries.map((from, i) => ({
      from,
      to: to.entries[renamedIndex(rows, page, i, renaming)] as Field,
      value: renamedEntry(rows, page, to, i, pageOf, renaming),
    })),
  ];
}

function shadowPage(
  rows: RowLayout,
  sp: ShadowPageFields,
  pageOf: ReadonlyMap<GuestPageFields, GuestPageFields>,
  renaming: Renaming,
): RenamedField[] {
  const page = pageOf.get(sp.page) as GuestPageFields;
  const to = page.shadows.find(
    ({ role, level }) => role === sp.role && level === sp.level,
  ) as ShadowPageFields;
  return [
    { from: sp.exists, to: to.exists, value: same },
    { from: sp.unsync, to: to.unsync, value: same },
    { from: sp.writeFloodingCount, to: to.writeFloodingCount, value: same },
    ...sp.unsyncChildren.map((from, i) => ({ from, to: to.unsyncChildren[i] as Field, value: same })),
    ...sp.entries.map((from, i) => ({
      from,
      to: to.entries[renamedIndex(rows, sp.page, i, renaming)] as Field,
      value: renamedEntry(rows, sp.page, page, i, pageOf, renaming),
    })),
  ];
}

function obsoletePage(
  rows: RowLayout,
  { page, role, level, exists, entries }: ObsoletePageFields,
  pageOf: ReadonlyMap<GuestPageFields, GuestPageFields>,
  renaming: Renaming,
): RenamedField[] {
  const become = pageOf.get(page) as GuestPageFields;
  const like = become.shadows.find((sp) => sp.role === role && sp.level === level);
  const to = like?.obsolete as ObsoletePageFields;
  return [
    { from: exists, to: to.exists, value: same },
    ...entries.map((from, i) => ({
      from,
      to: to.entries[renamedIndex(rows, page, i, renaming)] as Field,
      value: renamedEntry(rows, page, become, i, pageOf, renaming),
    })),
  ];
}

function vcpuFields(rows: RowLayout, vcpu: VcpuFields, renaming: Renaming): RenamedField[] {
  const become = rows.vcpus[renaming.vcpus[vcpu.cpu] as number] as VcpuFields;
  const { spaceBits, roleBits, cr3Bits, strayRoots, zaps } = rows;
  const space = (number: number) => renaming.spaces[number] ?? number;
  const cr3 = (value: number) => renamedCr3(rows, value, renaming);
  const straySpace = 1 + cr3Bits + roleBits + (zaps ? 1 : 0);
  const root = (value: number) => {
    if (value === 0) return 0;
    const above = value & ~(2 ** (1 + cr3Bits) - 1);
    const page = strayRoots
      ? (value & (2 ** straySpace - 1)) | (space(value >>> straySpace) << straySpace)
      : above;
    return (page & ~(2 ** (1 + cr3Bits) - 1)) | (cr3((value >>> 1) & (2 ** cr3Bits - 1)) << 1) | 1;
  };
  const hardwareCr3 = (value: number) => {
    const role = (value >>> spaceBits) & (2 ** roleBits - 1);
    const pcid = value >>> (spaceBits + roleBits);
    const renamed = renaming.pcids[pcid] ?? pcid;
    return (renamed << (spaceBits + roleBits)) | (role << spaceBits) | space(value & (2 ** spaceBits - 1));
  };
  const frameSet = (value: number, page: number) =>
    rows.pages[page]?.level === 1
      ? renamedSet(value, (i) => (renaming.frames[page]?.[i + 1] as number) - 1)
      : value;
  const spaceSet = (value: number) => renamedSet(value, (i) => renaming.spaces[i] as number);
  const { pcids, pages } = renaming;
  const sets = (from: VpidFields, to: VpidFields) => [
    ...slots(from.hardware, to.hardware, pcids, pages, frameSet),
    ...slots(from.away, to.away, pcids, pages, frameSet),
    ...slots(from.guest, to.guest, pcids, pages, frameSet),
    ...slots(from.globals, to.globals, [0], pages, frameSet),
    ...slots(from.loaded, to.loaded, pcids, [0], spaceSet),
  ];
  return [
    ...FLAGS.map((flag) => ({ from: vcpu[flag], to: become[flag], value: same })),
    { from: vcpu.cr3, to: become.cr3, value: cr3 },
    { from: vcpu.root, to: become.root, value: root },
    ...vcpu.prevRoots.map((from, i) => ({ from, to: become.prevRoots[i] as Field, value: root })),
    { from: vcpu.hardwareCr3, to: become.hardwareCr3, value: hardwareCr3 },
    ...VPIDS.flatMap((vpid) => sets(vcpu.vpids[vpid], become.vpids[vpid])),
  ];
}

/** What a renaming makes of the facts that follow a row: those of a translation become those of another. */
export function renameFacts(rows: RowLayout, { groups }: FactLayout, renaming: Renaming): RenamedField[] {
  const { pages, words } = rows;
  return groups.flatMap((group) => {
    const page = pages.findIndex(({ name }) => name === group.page);
    const { frames, level } = pages[page] as RowLayout['pages'][number];
    const item = frames.indexOf(group.frame);
    const becomesFrame = level === 1 ? (renaming.frames[page]?.[item + 1] as number) - 1 : item;
    const becomesPage = pages[renaming.pages[page] as number] as RowLayout['pages'][number];
    const to = groups.find(
      (other) =>
        other.cpu === renaming.vcpus[group.cpu] &&
        other.page === becomesPage.name &&
        other.pcid === renaming.pcids[group.pcid] &&
        other.frame === becomesPage.frames[becomesFrame],
    ) as FactGroup;
    const becomes = (valuation: number) =>
      group.holders.reduce((sum, { vpid, what, space }, i) => {
        const at = to.holders.findIndex(
          (other) =>
            other.vpid === vpid &&
            other.what === what &&
            (space === undefined || other.space === renaming.spaces[space]),
        );
        return sum | (((valuation >>> i) & 1) << at);
      }, 0);
    return Array.from({ length: 2 ** group.holders.length }, (_, valuation) => ({
      from: factField(group, words, valuation),
      to: factField(to, words, becomes(valuation)),
      value: same,
    }));
  });
}

/** A fact as a field. */
function factField({ word, shift }: FactGroup, words: number, valuation: number): Field {
  return { name: 'fact', bits: 1, word: words + word, shift: shift + valuation, mask: 1, constant: 0 };
}

/** What a CR3 value becomes. */
export function renamedCr3({ spaceBits }: RowLayout, value: number, { spaces, pcids }: Renaming): number {
  const space = value & (2 ** spaceBits - 1);
  const low = value >>> spaceBits;
  return ((pcids[low] ?? low) << spaceBits) | (spaces[space] ?? space);
}

function slots(
  { slots: from }: TaggedSet,
  { slots: to }: TaggedSet,
  tags: readonly number[],
  pages: readonly number[],
  value: (value: number, page: number) => number,
): RenamedField[] {
  return from.flatMap((row, tag) =>
    row.map((field, page) => ({
      from: field,
      to: to[tags[tag] as number]?.[pages[page] as number] as Field,
      value: (items: number) => value(items, page),
    })),
  );
}

function renamedSet(items: number, to: (item: number) => number): number {
  let renamed = 0;
  for (let item = 0; items >>> item > 0; item++) if ((items >>> item) & 1) renamed |= 1 << to(item);
  return renamed;
}
