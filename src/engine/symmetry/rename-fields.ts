import { GUEST_PAGE, KVM_VCPU, SHADOW_PAGE, VM } from '../../../spec/schema/schema.ts';
import type { AnySchema, AnySort } from '../../../spec/schema/sorts.ts';
import type { Cr3 } from '../../../spec/state/registers.ts';
import { idOf } from '../../../spec/state/shadow.ts';
import type { TlbEntry } from '../../../spec/state/tlb.ts';
import { cachedKey, cachedSets } from '../rows/cached.ts';
import type { Compound, Field } from '../rows/field.ts';
import type {
  PlacedFields,
  PlacedSort,
  Places,
  RowLayout,
  ShadowPageFields,
  VcpuFields,
} from '../rows/fields.ts';
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
  return [
    stays(rows.occupied, rows.occupied),
    ...rename(VM, rows, rows, way),
    ...rows.guestPages.flatMap((page) =>
      rename(GUEST_PAGE, page, guestPageOf(rows, names.table(page.name)), { ...way, page: page.name }),
    ),
    ...rows.shadowPages.flatMap((sp) => {
      const id = idOf({ ...sp, page: names.table(sp.page) });
      const to = rows.shadowPages.find(({ name }) => name === id) as ShadowPageFields;
      return [stays(sp.exists, to.exists), ...rename(SHADOW_PAGE, sp, to, { ...way, page: sp.page })];
    }),
    ...rows.vcpus.flatMap((vcpu) => {
      const to = rows.vcpus[renaming.vcpus[vcpu.cpu] as number] as VcpuFields;
      return [...rename(KVM_VCPU, vcpu, to, way), ...renameCached(rows, vcpu.cpu, way)];
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

/** What is in a set becomes something in the same set of another vCPU. */
function renameCached(rows: RowLayout, cpu: number, { names, renaming }: Way): RenamedField[] {
  const renamed = (cached: TlbEntry | Cr3): TlbEntry | Cr3 => {
    if (!('frame' in cached)) return { space: names.space(cached.space), low: names.pcid(cached.low) };
    const { pcid, page, frame } = cached;
    const tag = pcid === 'global' ? pcid : names.pcid(pcid);
    return { pcid: tag, page: names.page(page), frame: names.frame(frame, page) };
  };
  const become = cachedSets(rows, renaming.vcpus[cpu] as number);
  return cachedSets(rows, cpu).flatMap(({ places }, i) =>
    [...places.values()].map((place) =>
      stays(place.field, become[i]?.places.get(cachedKey(renamed(place)))?.field as Field),
    ),
  );
}
