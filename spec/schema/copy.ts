import type { Machine } from '../state/machine.ts';
import type { Request } from '../state/requests.ts';
import { MACHINE } from './schema.ts';
import type { AnySchema, AnySort } from './sorts.ts';

type Fields = Record<string, unknown>;

/** Makes a plain copy of a part of the state, whatever keeps the original. What the part lacks, the copy lacks. */
type Copier = (part: unknown) => unknown;

const copyOfMachine = copierOf(MACHINE);

/** A copy that a recipe may change without changing the original. TLBs, which are never edited, are shared. */
export function copyMachine(machine: Machine): Machine {
  return copyOfMachine(machine) as Machine;
}

function copierOf(schema: AnySchema): Copier {
  const fields = Object.entries(schema).map(([name, sort]) => ({ name, copyOf: copierOfSort(sort) }));
  return (part) => {
    const copy: Fields = {};
    for (const { name, copyOf } of fields)
      if (name in (part as Fields)) copy[name] = copyOf((part as Fields)[name]);
    return copy;
  };
}

function copierOfSort(sort: AnySort): Copier {
  switch (sort.kind) {
    case 'parts':
    case 'register':
      return copierOf(sort.of);
    case 'by vcpu':
    case 'by vpid':
    case 'by page': {
      const copyOf = copierOf(sort.of);
      return (all) => copyEach(all as object, copyOf);
    }
    case 'tlb':
    case 'CR3 values':
      return (set) => set;
    case 'requests':
      return (pending) => (pending as Request[]).slice();
    default:
      return copyPlain;
  }
}

function copyPlain(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? copyEach(value, copyPlain) : value;
}

function copyEach(all: object, copyOf: Copier): unknown {
  if (!Array.isArray(all)) {
    const copy: Fields = {};
    for (const name in all) copy[name] = copyOf((all as Fields)[name]);
    return copy;
  }
  // Faster than `map`, and plain whatever keeps the list.
  const list: unknown[] = [];
  for (let i = 0; i < all.length; i++) list.push(copyOf(all[i]));
  return list;
}
