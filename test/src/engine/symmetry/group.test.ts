import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../../spec/contracts/named.ts';
import type { Bounds } from '../../../../spec/layouts/bounds.ts';
import { buildLayout } from '../../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../../spec/layouts/named.ts';
import { rowLayout } from '../../../../src/engine/rows/layout.ts';
import { groupOf } from '../../../../src/engine/symmetry/group.ts';
import { compose, type Renaming } from '../../../../src/engine/symmetry/renaming.ts';

/** Bounds at which all that could be renamed is, and at which some of it would make too many renamings. */
const BOUNDS: readonly Partial<Bounds>[] = [
  {},
  { userPages: 2, frames: 4 },
  { userPages: 2, kernelPages: 2, frames: 3 },
  { userPages: 4, spaces: 3, pcids: 3 },
  { kernelPages: 3, frames: 4, userPages: 2 },
  { spaces: 5, frames: 5, pcids: 5, userPages: 2 },
];

const CASES = (['minimal', 'kernel', 'deep', 'smp', 'window'] as const).flatMap((layout) =>
  BOUNDS.map((bounds) => [`${layout} ${JSON.stringify(bounds)}`, layout, bounds] as const),
);

/** The group of a layout; null where the layout does not go with the bounds. */
function groupAt(name: (typeof CASES)[number][1], bounds: Partial<Bounds>) {
  try {
    const layout = buildLayout(LAYOUTS[name], bounds);
    return groupOf(
      layout,
      rowLayout(layout, CONTRACTS.kvm, {
        tlbs: 'whole',
        loadedApart: false,
        strayRoots: false,
        smepRole: 'andnot-wp',
      }),
    );
  } catch {
    return null;
  }
}

const nameOf = ({ spaces, frames, pcids, pages, vcpus }: Renaming) =>
  [spaces, frames, pcids, pages, vcpus].join('|');

describe('one renaming after another is a renaming too', () => {
  it.each(CASES)('%s', (_, layout, bounds) => {
    const group = groupAt(layout, bounds);
    if (group === null) return;
    const names = new Set(group.renamings.map(nameOf));
    expect(names.size).toBe(group.renamings.length);
    const outside = group.renamings.flatMap((first) =>
      group.renamings.filter((second) => !names.has(nameOf(compose(first, second)))),
    );
    expect(outside).toEqual([]);
  });

  it('is tried on many groups, some of them large', () => {
    const orders = CASES.map(([, layout, bounds]) => groupAt(layout, bounds)?.renamings.length ?? 0);
    expect([orders.filter((order) => order > 1).length, Math.max(...orders)]).toEqual([29, 240]);
  });
});
