import { GUEST_PAGE, KVM_VCPU, MACHINE, SHADOW_PAGE } from '../../../spec/schema/schema.ts';
import type { AnySchema, AnySort } from '../../../spec/schema/sorts.ts';
import { idOf } from '../../../spec/state/shadow.ts';
import { VPIDS } from '../../../spec/state/tlb.ts';
import type { Compound, Field } from '../rows/field.ts';
import type { PlacedFields, PlacedSort, Places, RowLayout, VcpuFields, VpidFields } from '../rows/fields.ts';
import type { TaggedSet } from '../rows/tagged-set.ts';
import { guestPageOf } from './mapped-pages.ts';
import { type RenamedNames, renamedNames } from './renamed-names.ts';
import type { Renaming } from './renaming.ts';

/** What becomes of a field of a row: the place that its value goes to, and what the value becomes. */
export interface RenamedField {
  readonly from: Field;
  readonly to: Field;
  readonly value: (value: number) => number;
}

/** What a renaming does to fields; those of a page are of the guest page that is named. */
interface Way {
  readonly renaming: Renaming;
  readonly names: RenamedNames;
  readonly page?: string;
}

const same = (value: number) => value;

/** What a renaming makes of each field. */
export function renameFields(rows: RowLayout, renaming: Renaming): RenamedField[] {
  const names = renamedNames(rows, renaming);
  const way: Way = { renaming, names };
  const become = <T extends { readonly name: string }>(all: readonly T[], name: string) =>
    all.find((each) => each.name === name) as T;
  return [
    stays(rows.occupied, rows.occupied),
    ...rename({ writable: MACHINE.writable }, rows, rows, way),
    ...rows.guestPages.flatMap((page) =>
      rename(GUEST_PAGE, page, guestPageOf(rows, names.table(page.name)), { ...way, page: page.name }),
    ),
    ...rows.shadowPages.flatMap((sp) => {
      const to = become(rows.shadowPages, idOf({ ...sp, page: names.table(sp.page) }));
      return [stays(sp.exists, to.exists), ...rename(SHADOW_PAGE, sp, to, { ...way, page: sp.page })];
    }),
    ...rows.vcpus.flatMap((vcpu) => {
      const to = rows.vcpus[renaming.vcpus[vcpu.cpu] as number] as VcpuFields;
      const sets = VPIDS.flatMap((vpid) => renameSets(rows, vcpu.vpids[vpid], to.vpids[vpid], renaming));
      return [...rename(KVM_VCPU, vcpu, to, way), ...sets];
    }),
  ].filter(({ from }) => from.bits > 0);
}

/** The same of the fields that a schema describes. */
function rename<S extends object>(
  schema: S,
  from: PlacedFields<S>,
  to: PlacedFields<S>,
  way: Way,
): RenamedField[] {
  return Object.entries(schema as AnySchema).flatMap(([name, sort]: [string, AnySort]) => {
    const [one, other] = [from[name as never], to[name as never]];
    if (sort.kind === 'fixed') return [];
    if (sort.kind === 'parts' || sort.kind === 'register') return rename(sort.of, one, other, way);
    return RENAMES[sort.kind as PlacedSort](one, other, way);
  });
}

const RENAMES: {
  readonly [K in PlacedSort]: (from: Places[K], to: Places[K], way: Way) => RenamedField[];
} = {
  flag: (from, to) => [stays(from, to)],
  count: (from, to) => [stays(from, to)],
  cr3: renameParts,
  root: renameParts,
  'root slots': (from, to, way) => from.flatMap((root, i) => renameParts(root, to[i] as Places['root'], way)),
  'hardware CR3': renameParts,
  requests: () => [],
  entries: (fields, to, { names, page = '' }) =>
    fields.map((from, i) => ({
      from,
      to: to[names.index(page, i)] as Field,
      value: names.entry(page, i),
    })),
  'entry flags': (fields, to, { names, page = '' }) =>
    fields.map((from, i) => stays(from, to[names.index(page, i)] as Field)),
  'page flags': (fields, to, { names }) =>
    Object.entries(fields).map(([page, from]) => stays(from, to[names.table(page)] as Field)),
};

function stays(from: Field, to: Field): RenamedField {
  return { from, to, value: same };
}

function renameParts<P extends string>(from: Compound<P>, to: Field, { renaming }: Way): RenamedField[] {
  const value = (whole: number) => {
    if (from.isOptional && whole === 0) return 0;
    return from.parts.reduce((sum, { field, numbers }) => {
      const number = (whole >>> (field.shift - from.shift)) & field.mask;
      const renamed = numbers === null ? number : (renaming[numbers][number] ?? number);
      return field.bits === 0 ? sum : sum | (renamed << (field.shift - from.shift));
    }, 0);
  };
  return [{ from, to, value }];
}

function renameSets(
  { pages }: RowLayout,
  from: VpidFields,
  to: VpidFields,
  renaming: Renaming,
): RenamedField[] {
  const frameSet = (items: number, page: number) =>
    pages[page]?.level === 1
      ? renamedSet(items, (i) => (renaming.frames[page]?.[i + 1] as number) - 1)
      : items;
  const spaceSet = (items: number) => renamedSet(items, (i) => renaming.spaces[i] as number);
  return [
    ...(['hardware', 'away', 'guest'] as const).flatMap((tlb) =>
      slots(from[tlb], to[tlb], renaming.pcids, renaming.pages, frameSet),
    ),
    ...slots(from.globals, to.globals, [0], renaming.pages, frameSet),
    ...slots(from.loaded, to.loaded, renaming.pcids, [0], spaceSet),
  ];
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
