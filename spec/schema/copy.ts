import type { Machine } from '../state/machine.ts';
import type { Cr3 } from '../state/registers.ts';
import { MACHINE } from './schema.ts';
import type { AnySchema, AnySort, Sorts } from './sorts.ts';

/** Makes a plain copy of a part of the state, whatever keeps the original. What the part lacks, the copy lacks. */
type Copier = (value: never) => unknown;

const same = <V>(value: V): V => value;
const copyCr3 = ({ space, low }: Cr3): Cr3 => ({ space, low });

/** Faster than what arrays have for it, of lists that are short or no plain arrays. */
function copyList<T>(list: readonly T[]): T[] {
  const copy: T[] = [];
  for (let i = 0; i < list.length; i++) copy.push(list[i] as T);
  return copy;
}

/** TLBs are never edited, and are shared. */
const COPIERS: { readonly [K in keyof Sorts]: (value: Sorts[K]) => Sorts[K] } = {
  flag: same,
  count: same,
  cr3: copyCr3,
  root: (root) => root && { pgd: copyCr3(root.pgd), page: root.page },
  'root slots': (roots) => roots.map((root) => COPIERS.root(root)),
  'hardware CR3': (loaded) => loaded && { page: loaded.page, pcid: loaded.pcid },
  requests: (requests) => requests.slice(),
  tlb: same,
  'CR3 values': same,
  entries: copyList,
  'entry flags': copyList,
  'page flags': (flags) => ({ ...flags }),
};

function copierOf(sort: AnySort): Copier {
  switch (sort.kind) {
    case 'fixed':
      return (value: unknown) => (typeof value === 'object' ? { ...value } : value);
    case 'parts':
    case 'register':
      return copierOfFields(sort.of);
    case 'by vcpu': {
      const copy = copierOfFields(sort.of);
      return (vcpus: readonly never[]) => vcpus.map(copy);
    }
    case 'by vpid':
    case 'by page': {
      const copy = copierOfFields(sort.of);
      return (all: Readonly<Record<string, never>>) => {
        const copied: Record<string, unknown> = {};
        for (const name in all) copied[name] = copy(all[name] as never);
        return copied;
      };
    }
    default:
      return COPIERS[sort.kind] as Copier;
  }
}

function copierOfFields(schema: AnySchema): Copier {
  const fields = Object.entries(schema).map(([name, sort]) => ({ name, copyOf: copierOf(sort) }));
  return (part: Readonly<Record<string, never>>) => {
    const copy: Record<string, unknown> = {};
    for (const { name, copyOf } of fields) if (name in part) copy[name] = copyOf(part[name] as never);
    return copy;
  };
}

const copyOfMachine = copierOfFields(MACHINE) as (machine: Machine) => Machine;

/** A copy that a recipe may change without changing the original. */
export function copyMachine(machine: Machine): Machine {
  return copyOfMachine(machine);
}
