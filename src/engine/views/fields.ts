import type { AnySchema, AnySort, Sorts } from '../../../spec/schema/sorts.ts';
import type { Cr3 } from '../../../spec/state/registers.ts';
import type { Request } from '../../../spec/state/requests.ts';
import type { Root } from '../../../spec/state/vcpu.ts';
import type { Entry } from '../../../spec/state/walk.ts';
import type { Field } from '../rows/field.ts';
import type { PlacedFields, PlacedSort, Places } from '../rows/fields.ts';
import { arrayView, type Elements } from './array-view.ts';
import { EngineError } from './engine-error.ts';
import { CR3, FLAGS, HARDWARE_CR3, type Naming, ROOT, type ValueSort, type Writes } from './values.ts';

/** Gets at a field. */
export interface Access<T> {
  get(): T;
  set(value: T): void;
}

/** What is written to the row at the end of a piece of work. */
export interface Held {
  /** Forgets what the last piece of work put there. */
  readonly forget: () => void;
  /** What is to be written: it is worked out before anything is written. */
  readonly writes: () => Writes;
}

/** What fields are viewed with. */
export interface Viewing extends Naming {
  /** Takes in what is written at the end. */
  readonly held: Held[];
  /** What is pending on a vCPU. */
  readonly requests?: Request[];
}

/** Gives an object, which may have more, the fields that a schema describes. Whoever adds their own is told so. */
export function viewFields<S extends object>(
  schema: S,
  places: PlacedFields<S>,
  viewing: Viewing,
  view: object = {},
): object {
  for (const [name, how] of Object.entries(accessFields(schema, places, viewing)))
    Object.defineProperty(view, name, { ...how, enumerable: true });
  return Object.seal(view);
}

/** By name, how to get at each field that a schema describes. */
export function accessFields<S extends object>(
  schema: S,
  places: PlacedFields<S>,
  viewing: Viewing,
): Readonly<Record<string, Access<unknown>>> {
  return Object.fromEntries(
    Object.entries(schema as AnySchema)
      .filter(([, { kind }]) => kind !== 'fixed')
      .map(([name, sort]) => [name, access(sort, places[name as never], viewing)]),
  );
}

function access(sort: AnySort, place: unknown, viewing: Viewing): Access<unknown> {
  if (sort.kind === 'parts') {
    const view = viewFields(sort.of, place as PlacedFields<AnySchema>, viewing);
    return accessTo(() => view);
  }
  if (sort.kind === 'register') return held(FLAGS, place as Readonly<Record<string, Field>>, viewing);
  return ACCESSES[sort.kind as PlacedSort](place as never, viewing);
}

const ACCESSES: { readonly [K in PlacedSort]: (place: Places[K], viewing: Viewing) => Access<Sorts[K]> } = {
  flag: (field, { cells }) => ({
    get: () => cells.read(field) === 1,
    set: (is) => cells.write(field, is ? 1 : 0),
  }),
  count: (field, { cells }) => ({ get: () => cells.read(field), set: (count) => cells.write(field, count) }),
  cr3: (field, viewing) => held<Cr3, typeof field>(CR3, field, viewing),
  root: slot,
  'root slots': slots,
  'hardware CR3': (field, viewing) => held(HARDWARE_CR3, field, viewing),
  requests: (_, { requests = [] }) => ({
    get: () => requests,
    set: (all) => {
      const wanted = [...all];
      requests.length = 0;
      requests.push(...wanted);
    },
  }),
  entries: (fields, { cells }) =>
    list<Entry>(fields.length, {
      get: (i) => fields[i]?.meanings[cells.read(fields[i] as Field)] ?? null,
      set: (i, entry) => {
        const field = fields[i];
        const value = entry === null ? 0 : (field?.meanings.indexOf(entry, 1) ?? -1);
        if (field === undefined || value < 0)
          throw new EngineError(`${field?.name} = ${entry}: this layout has no place for it`);
        cells.write(field, value);
      },
      knows: (i) => cells.knows(fields[i] as Field),
    }),
  'entry flags': (fields, { cells }) =>
    list<boolean>(fields.length, {
      get: (i) => cells.read(fields[i] as Field) === 1,
      set: (i, is) => cells.write(fields[i] as Field, is ? 1 : 0),
      knows: (i) => cells.knows(fields[i] as Field),
    }),
  'page flags': (fields, viewing) => {
    const view: Record<string, boolean> = {};
    for (const [page, field] of Object.entries(fields))
      Object.defineProperty(view, page, { ...ACCESSES.flag(field, viewing), enumerable: true });
    Object.seal(view);
    return {
      get: () => view,
      set: (all) => {
        const unknown = Object.keys(all).find((page) => !(page in fields));
        if (unknown !== undefined) throw new EngineError(`${unknown}: this layout has no such page`);
        for (const page of Object.keys(fields)) view[page] = all[page] ?? false;
      },
    };
  },
};

/** What stays where it is, and only its own fields change. */
function accessTo<T>(get: () => T): Access<T> {
  return {
    get,
    set: () => {
      throw new EngineError('the parts of a vCPU stay');
    },
  };
}

function list<T>(length: number, elements: Elements<T>): Access<T[]> {
  const view = arrayView<T>(length, elements);
  return {
    get: () => view,
    set: (all) => {
      if (all.length !== length)
        throw new EngineError(`a list of ${all.length}: this layout has place for ${length}`);
      for (const [i, element] of [...all].entries()) view[i] = element;
    },
  };
}

/** Of a value of which nothing is known yet. */
const UNREAD = Symbol('unread');

/** A value that is read when it is asked for, and written back at the end of the work, only what changed. */
function held<T, F>(
  { view, writes }: ValueSort<T & object, F>,
  place: F,
  viewing: Viewing,
  isThere = () => true,
): Access<T> {
  const inRow = view(viewing, place);
  let value: T | typeof UNREAD = UNREAD;
  viewing.held.push({
    forget: () => {
      value = UNREAD;
    },
    writes: () =>
      value === UNREAD || value === inRow ? [] : writes(viewing, place, value as T & object, inRow),
  });
  return {
    get: () => {
      if (value === UNREAD) value = isThere() ? inRow : (null as T);
      return value;
    },
    set: (now) => {
      value = now;
    },
  };
}

function slot(field: Places['root'], viewing: Viewing): Access<Root | null> {
  return held<Root | null, typeof field>(ROOT, field, viewing, () => viewing.cells.read(field.valid) === 1);
}

function slots(fields: Places['root slots'], viewing: Viewing): Access<(Root | null)[]> {
  const each = fields.map((field) => slot(field, viewing));
  const { get, set } = list<Root | null>(each.length, {
    get: (i) => each[i]?.get() ?? null,
    set: (i, root) => each[i]?.set(root),
  });
  const check = ({ length }: readonly unknown[]) => {
    if (length !== each.length)
      throw new EngineError(`prev_roots of ${length} slots: this layout has ${each.length}`);
  };
  viewing.held.push({
    forget: () => {
      get().length = each.length;
    },
    writes: () => {
      check(get());
      return [];
    },
  });
  return {
    get,
    set: (all) => {
      check(all);
      set(all);
    },
  };
}
