import { GUEST_PAGE, KVM_VCPU, MACHINE, SHADOW_PAGE } from '../../../spec/schema/schema.ts';
import type { AnySchema, AnySort } from '../../../spec/schema/sorts.ts';
import { sameCr3 } from '../../../spec/state/registers.ts';
import { idOf } from '../../../spec/state/shadow.ts';
import { VPIDS, type Vpid } from '../../../spec/state/tlb.ts';
import type { Compound, Field } from '../rows/field.ts';
import type { PlacedFields, PlacedSort, Places, RowLayout, VcpuFields } from '../rows/fields.ts';
import { type KeptEntry, keptCr3s, keptEntries } from '../rows/tlb-entries.ts';
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
      const cached = VPIDS.flatMap((vpid) => renameCached(rows, vcpu.cpu, vpid, way));
      return [...rename(KVM_VCPU, vcpu, to, way), ...cached];
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

/** Each thing in a set becomes another in one. */
function renameCached(rows: RowLayout, cpu: number, vpid: Vpid, { names, renaming }: Way): RenamedField[] {
  const becomes = renaming.vcpus[cpu] as number;
  const tlbs = (['hardware', 'guest', 'away'] as const).flatMap((what) => {
    const to = keptEntries(rows, { cpu: becomes, vpid, what });
    return keptEntries(rows, { cpu, vpid, what }).map(({ pcid, page, frame, field }) => {
      const tag = pcid === 'global' ? pcid : names.pcid(pcid);
      const [renamedPage, renamedFrame] = [names.page(page), names.frame(frame, page)];
      const isIt = (entry: KeptEntry) =>
        entry.pcid === tag && entry.page === renamedPage && entry.frame === renamedFrame;
      return stays(field, (to.find(isIt) as KeptEntry).field);
    });
  });
  const to = keptCr3s(rows, becomes, vpid);
  const loaded = keptCr3s(rows, cpu, vpid).map(({ space, low, field }) => {
    const cr3 = { space: names.space(space), low: names.pcid(low) };
    return stays(field, to.find((each) => sameCr3(each, cr3))?.field as Field);
  });
  return [...tlbs, ...loaded];
}
