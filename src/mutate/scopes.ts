import type { Bounds } from '../../spec/layouts/bounds.ts';
import type { LayoutName } from '../../spec/layouts/named.ts';

/** A layout with its bounds cut down until a search explores it whole in a second or two. */
export interface Scope {
  readonly layout: LayoutName;
  /** What differs from the layout's own bounds. */
  readonly bounds: Partial<Bounds>;
}

/**
 * Where mutants are searched, cheapest first: a mutant that breaks safety is searched no further. Together
 * they consult every decision that an event reaches, under contract `kvm` and v6.12; each has at least two
 * CR3 values, and a store that can make a translation stale.
 */
export const SCOPES: readonly Scope[] = [
  { layout: 'deep', bounds: { userPages: 0 } },
  { layout: 'kernel', bounds: { userPages: 0, cachedRoots: 1 } },
  { layout: 'shared', bounds: { cachedRoots: 1 } },
  { layout: 'smp', bounds: { spaces: 1 } },
  { layout: 'roles', bounds: { spaces: 1 } },
  { layout: 'deep', bounds: { kernelPages: 0, frames: 1 } },
  { layout: 'smp', bounds: { pcids: 1 } },
  { layout: 'minimal', bounds: {} },
];

/** A scope in words, as `vtlb check` takes them after `--layout` and `--bound`. */
export function formatScope({ layout, bounds }: Scope): string {
  return [layout, ...Object.entries(bounds).map(([name, value]) => `${name}=${value}`)].join(' ');
}
