import fc from 'fast-check';
import { BOUND_LIMITS, type BoundName, type Bounds } from '../../spec/layouts/bounds.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import { LAYOUTS, type LayoutName } from '../../spec/layouts/named.ts';

/** What bounds are drawn up to unless told otherwise: small enough that events meet on the same page. */
const USUAL_MOST: Readonly<Bounds> = {
  spaces: 3,
  pcids: 3,
  userPages: 2,
  kernelPages: 1,
  frames: 3,
  vcpus: 2,
  cachedRoots: 3,
};

/**
 * Bounds that describe a guest, each from its least value up to the usual one or `most`; they shrink to the
 * least.
 */
export function arbitraryBounds(most: Partial<Bounds> = {}): fc.Arbitrary<Bounds> {
  const bound = (name: BoundName) =>
    fc.integer({ min: BOUND_LIMITS[name][0], max: most[name] ?? USUAL_MOST[name] });
  return fc
    .record({
      spaces: bound('spaces'),
      pcids: bound('pcids'),
      userPages: bound('userPages'),
      kernelPages: bound('kernelPages'),
      frames: bound('frames'),
      vcpus: bound('vcpus'),
      cachedRoots: bound('cachedRoots'),
    })
    .map((bounds) => (bounds.userPages + bounds.kernelPages > 0 ? bounds : { ...bounds, userPages: 1 }));
}

/** A layout by one of some names, with any bounds; it shrinks to the first name and to the least bounds. */
export function arbitraryLayout(
  names: readonly LayoutName[] = Object.keys(LAYOUTS) as LayoutName[],
  most: Partial<Bounds> = {},
): fc.Arbitrary<Layout> {
  return fc
    .tuple(fc.constantFrom(...names), arbitraryBounds(most))
    .map(([name, bounds]) => buildLayout(LAYOUTS[name], bounds));
}
