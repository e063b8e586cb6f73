import type { Layout } from '../../../spec/layouts/layout.ts';
import {
  type AnySchema,
  type AnySort,
  mayChange,
  type Sort,
  type Where,
} from '../../../spec/schema/sorts.ts';
import type { PageName } from '../../../spec/state/names.ts';
import { type Allocator, constantField } from './allocate.ts';
import type { Field } from './field.ts';
import type { EntryField, PlacedFields, PlacedSort, Places } from './fields.ts';

/** Bits of the parts of compound fields. */
interface Sizes {
  readonly space: number;
  readonly low: number;
  readonly role: number;
  /** 1 if a root may be obsolete. */
  readonly obsolete: number;
  /** None if a root points to the top page of the space of its CR3. */
  readonly pageSpace: number;
}

/** What the places of fields depend on. */
export interface Placing {
  readonly allocator: Allocator;
  readonly layout: Layout;
  readonly sizes: Sizes;
  /** By guest page: whether some event stores to it. */
  readonly isStored: (page: PageName) => boolean;
  /** Begins the names of fields: that of a page, or of a vCPU that is one of several. */
  readonly prefix: string;
  /** Of a page: its level, whether some event stores to it, and the place of each entry by its name. */
  readonly page?: Pick<Where, 'level' | 'isStored'> & {
    readonly entries: readonly ((name: string) => EntryField)[];
  };
  /** Nothing changes but the entries. */
  readonly isObsolete?: boolean;
}

/** Gives places to the fields that a schema describes, in its order. */
export function placeFields<S extends object>(schema: S, at: Placing): PlacedFields<S> {
  const places = Object.entries(schema as AnySchema)
    .filter(([, { kind }]) => kind !== 'fixed')
    .map(([field, sort]) => [field, place(sort, at)]);
  return Object.fromEntries(places) as PlacedFields<S>;
}

function place(sort: AnySort, at: Placing): unknown {
  if (sort.kind === 'parts' || sort.kind === 'register') return placeFields(sort.of, at);
  return PLACES[sort.kind as PlacedSort](sort as never, at);
}

function varying(sort: Sort<PlacedSort>, at: Placing, name: string, bits: number): Field {
  const { allocator, layout, page, isObsolete } = at;
  const varies = !isObsolete && mayChange(sort, { events: layout.events, ...page });
  return varies ? allocator.bits(name, bits) : constantField(name, sort.otherwise ? 1 : 0);
}

const nameIn = ({ prefix }: Placing, what: string) => (prefix === '' ? what : `${prefix} ${what}`);

const PLACES: { readonly [K in PlacedSort]: (sort: Sort<K>, at: Placing) => Places[K] } = {
  flag: (sort, at) => varying(sort, at, nameIn(at, sort.called), 1),
  count: (sort, at) => varying(sort, at, nameIn(at, sort.called), sort.bits ?? 1),
  cr3: ({ called }, at) =>
    at.allocator.compound(nameIn(at, called), {
      space: [at.sizes.space, 'spaces'],
      low: [at.sizes.low, 'pcids'],
    }),
  root: ({ called }, at) => rootField(called, at),
  'root slots': ({ called }, at) =>
    Array.from({ length: at.layout.bounds.cachedRoots }, (_, i) => rootField(`${called}[${i}]`, at)),
  'hardware CR3': ({ called }, at) =>
    at.allocator.compound(nameIn(at, called), {
      space: [at.sizes.space, 'spaces'],
      role: [at.sizes.role, null],
      pcid: [at.sizes.low, 'pcids'],
    }),
  requests: () => null,
  entries: (_, { page, prefix }) => page?.entries.map((at, i) => at(`${prefix}[${i}]`)) ?? [],
  'entry flags': (sort, at) =>
    at.page?.entries.map((_, i) => varying(sort, at, `${at.prefix}[${i}] ${sort.called}`, 1)) ?? [],
  'page flags': (sort, at) =>
    Object.fromEntries(
      Object.entries(at.layout.memory).map(([name, { level }]) => {
        const page = { level, isStored: at.isStored(name), entries: [] };
        return [name, varying(sort, { ...at, page }, nameIn(at, `guest ${name} ${sort.called}`), 1)];
      }),
    ),
};

function rootField(called: string, at: Placing): Places['root'] {
  const { space, low, role, obsolete, pageSpace } = at.sizes;
  return at.allocator.compound(
    nameIn(at, called),
    {
      valid: [1, null],
      space: [space, 'spaces'],
      low: [low, 'pcids'],
      role: [role, null],
      obsolete: [obsolete, null],
      pageSpace: [pageSpace, 'spaces'],
    },
    true,
  );
}
