import { CONTRACTS, type ContractName } from '../../spec/contracts/named.ts';
import { type BoundName, type Bounds, DEFAULT_BOUNDS } from '../../spec/layouts/bounds.ts';
import { LAYOUTS, type LayoutName } from '../../spec/layouts/named.ts';
import type { Search } from './search.ts';

/** A record of whatever JSON has; empty for what is none. */
export type Json = Readonly<Record<string, unknown>>;

/** A value of a file as a record; null if it is none. */
export function record(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

/** A question as a file has it, its parts in the order in which a digest takes them; null if it is none. */
export function readSearch(value: unknown): Search | null {
  const { task, kernel, linux, set, contract, layout, bounds, identity } = record(value) ?? {};
  const changes = record(set);
  const place = readPlace(layout, bounds);
  if (
    (task !== 'check' && task !== 'prove') ||
    typeof kernel !== 'string' ||
    typeof linux !== 'boolean' ||
    typeof identity !== 'string' ||
    changes === null ||
    Object.values(changes).some((each) => typeof each !== 'string') ||
    typeof contract !== 'string' ||
    !Object.hasOwn(CONTRACTS, contract) ||
    place === null ||
    (task === 'prove') !== (place.layout === null)
  )
    return null;
  return {
    task,
    kernel,
    linux,
    set: changes as Search['set'],
    contract: contract as ContractName,
    ...place,
    identity,
  };
}

function readPlace(layout: unknown, bounds: unknown): Pick<Search, 'layout' | 'bounds'> | null {
  if (layout === null && bounds === null) return { layout, bounds };
  const given = record(bounds);
  if (typeof layout !== 'string' || !Object.hasOwn(LAYOUTS, layout) || given === null) return null;
  const names = Object.keys(DEFAULT_BOUNDS) as BoundName[];
  if (!names.every((name) => Number.isSafeInteger(given[name]))) return null;
  const all = Object.fromEntries(names.map((name) => [name, given[name]])) as unknown as Bounds;
  return { layout: layout as LayoutName, bounds: all };
}
