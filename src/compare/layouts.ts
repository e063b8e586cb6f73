import type { Bounds } from '../../spec/layouts/bounds.ts';
import { deepFreeze } from '../../spec/layouts/freeze.ts';
import type { LayoutName } from '../../spec/layouts/named.ts';

/** A layout to compare two kernels on. */
export interface ComparedLayout {
  readonly layout: LayoutName;
  /** Where they are not the layout's own. */
  readonly bounds: Partial<Bounds>;
}

/**
 * Where kernels are compared unless somebody says otherwise: every layout, the plainest first, cut down until
 * the pairs of states that two like kernels reach are found in some seconds. A layout that is not named here
 * is left out.
 */
export const COMPARED_LAYOUTS: readonly ComparedLayout[] = deepFreeze([
  { layout: 'minimal', bounds: {} },
  { layout: 'kernel', bounds: { cachedRoots: 2, userPages: 0 } },
  { layout: 'shared', bounds: { userPages: 1 } },
  { layout: 'roles', bounds: { cachedRoots: 1, spaces: 1 } },
  { layout: 'smp', bounds: { cachedRoots: 1, pcids: 1 } },
  { layout: 'deep', bounds: { cachedRoots: 1, spaces: 1 } },
  { layout: 'upper', bounds: { cachedRoots: 1, spaces: 1 } },
  { layout: 'faults', bounds: {} },
  { layout: 'races', bounds: {} },
  { layout: 'vpids', bounds: { spaces: 1, cachedRoots: 3 } },
  { layout: 'entries', bounds: { spaces: 1 } },
  { layout: 'window', bounds: { cachedRoots: 1 } },
  { layout: 'nested', bounds: { cachedRoots: 2, spaces: 1 } },
  { layout: 'twice', bounds: {} },
  { layout: 'stores', bounds: {} },
  { layout: 'flood', bounds: {} },
]);

/** The layouts to compare on: some by name, each as large as it is, or those above. */
export function layoutsFor(names: readonly LayoutName[], bound: Partial<Bounds>): ComparedLayout[] {
  const chosen = names.length === 0 ? COMPARED_LAYOUTS : names.map((layout) => ({ layout, bounds: {} }));
  return chosen.map(({ layout, bounds }) => ({ layout, bounds: { ...bounds, ...bound } }));
}
