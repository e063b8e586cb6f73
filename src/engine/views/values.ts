import type { Cr3 } from '../../../spec/state/registers.ts';
import type { HardwareCr3, Root } from '../../../spec/state/vcpu.ts';
import type { Field } from '../rows/field.ts';
import type { Cr3Field, HardwareCr3Field, RootField } from '../rows/fields.ts';
import { EngineError } from './engine-error.ts';
import type { Cells } from './recorder.ts';
import type { TopPages } from './top-pages.ts';

/** What the values of fields are made from. */
export interface Naming {
  readonly cells: Cells;
  readonly spaces: readonly string[];
  readonly tops: TopPages;
}

/** What is to be written where. */
export type Writes = readonly (readonly [field: Field, value: number])[];

/** A sort of value that recipes replace and never edit, and may keep while they do. */
export interface ValueSort<T extends object, F> {
  /** The value in a row, each part of which is looked up when it is asked for. */
  readonly view: (naming: Naming, field: F) => T;
  /** What makes a field hold a value. @param inRow the one there, parts of which need not be written */
  readonly writes: (naming: Naming, field: F, value: T | null, inRow: T) => Writes;
}

export const CR3: ValueSort<Cr3, Pick<Cr3Field, 'space' | 'low'>> = {
  view: ({ cells, spaces }, { space, low }) =>
    lazily<Cr3>({ space: () => spaces[cells.read(space)] as string, low: () => cells.read(low) }),
  writes: ({ spaces }, field, value) => {
    const { space, low } = value as Cr3;
    const number = spaces.indexOf(space);
    if (number < 0) throw new EngineError(`CR3 ${space}|${low}: this layout has no such space`);
    return [
      [field.space, number],
      [field.low, low],
    ];
  },
};

export const ROOT: ValueSort<Root, RootField> = {
  view: (naming, field) => {
    const { cells, tops } = naming;
    const pgd = CR3.view(naming, field);
    const space = field.pageSpace.bits > 0 ? field.pageSpace : field.space;
    return lazily<Root>({
      pgd: () => pgd,
      page: () => tops.idAt(cells.read(space), cells.read(field.role), cells.read(field.obsolete)),
    });
  },
  writes: (naming, field, root, inRow) => {
    if (root === null) return field.parts.map((part) => [part.field, 0]);
    const own = Object.keys(root).find((key) => key !== 'pgd' && key !== 'page');
    if (own !== undefined)
      throw new EngineError(`a root with a field ${own} of its own: there is no place for it`);
    const { space, role, obsolete } = naming.tops.placeOf(root.page);
    const pgd = root.pgd === inRow.pgd ? [] : CR3.writes(naming, field, root.pgd, inRow.pgd);
    const isStray = (pgd[0]?.[1] ?? naming.cells.read(field.space)) !== space;
    if (field.pageSpace.bits === 0 && isStray)
      throw new EngineError(
        `a root that points to ${root.page} for another space's CR3: there is no place for it`,
      );
    return [
      [field.valid, 1],
      ...pgd,
      [field.role, role],
      [field.obsolete, obsolete],
      [field.pageSpace, field.pageSpace.bits === 0 ? 0 : space],
    ];
  },
};

export const HARDWARE_CR3: ValueSort<HardwareCr3, HardwareCr3Field> = {
  view: ({ cells, tops }, { space, role, pcid }) =>
    lazily<HardwareCr3>({
      page: () => tops.idAt(cells.read(space), cells.read(role), 0),
      pcid: () => cells.read(pcid),
    }),
  writes: ({ tops }, field, value) => {
    if (value === null) throw new EngineError('hardwareCr3 = null: this layout has no place for it');
    const { space, role, obsolete } = tops.placeOf(value.page);
    if (obsolete) throw new EngineError(`hardwareCr3 = ${value.page}: there is no place for it`);
    return [
      [field.space, space],
      [field.role, role],
      [field.pcid, value.pcid],
    ];
  },
};

/** Flags that are replaced together. */
export const FLAGS: ValueSort<Readonly<Record<string, boolean>>, Readonly<Record<string, Field>>> = {
  view: ({ cells }, fields) =>
    lazily(
      Object.fromEntries(
        Object.entries(fields).map(([flag, field]) => [flag, () => cells.read(field) === 1]),
      ),
    ),
  writes: (_, fields, flags) => Object.entries(fields).map(([flag, field]) => [field, flags?.[flag] ? 1 : 0]),
};

/** An object whose parts are looked up when they are asked for; a copy of it has them. */
function lazily<T extends object>(parts: { readonly [K in keyof T]: () => T[K] }): T {
  const object = {};
  for (const name of Object.keys(parts) as (keyof T)[])
    Object.defineProperty(object, name, { get: parts[name], enumerable: true });
  return object as T;
}
