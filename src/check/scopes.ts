import type { Bounds } from '../../spec/layouts/bounds.ts';
import type { LayoutName } from '../../spec/layouts/named.ts';

/** A layout with its bounds cut down until a search explores it whole in a second or two. */
export interface Scope {
  readonly layout: LayoutName;
  /** What differs from the layout's own bounds. */
  readonly bounds: Partial<Bounds>;
}

/**
 * The small layouts: where mutants are searched, in this order (one that breaks safety is searched no further), and
 * changed kernels for which nobody names a layout. The first needs no straight-line code and finds much; the others
 * take about a second each. Together they consult every decision that an event reaches, and have every kind of event.
 * Every one has two CR3 values or two vCPUs, or upper entries that are stored to; and stores that can make a
 * translation stale. A table that two spaces share has two pages: with one, whoever maps it syncs it.
 */
export const SCOPES: readonly Scope[] = [
  { layout: 'faults', bounds: {} },
  { layout: 'upper', bounds: { spaces: 1 } },
  { layout: 'deep', bounds: { spaces: 1 } },
  { layout: 'nested', bounds: { spaces: 1, cachedRoots: 2 } },
  { layout: 'kernel', bounds: { userPages: 0, cachedRoots: 1 } },
  { layout: 'shared', bounds: { cachedRoots: 1 } },
  { layout: 'roles', bounds: { spaces: 1 } },
  { layout: 'smp', bounds: { pcids: 1, userPages: 0, kernelPages: 1 } },
  { layout: 'deep', bounds: { userPages: 0, kernelPages: 1 } },
  { layout: 'twice', bounds: {} },
  { layout: 'minimal', bounds: {} },
  { layout: 'races', bounds: {} },
  { layout: 'vpids', bounds: { spaces: 1 } },
  { layout: 'window', bounds: { cachedRoots: 1 } },
  { layout: 'entries', bounds: { spaces: 1 } },
  { layout: 'stores', bounds: {} },
  { layout: 'flood', bounds: {} },
];

/** A scope in words, as `vtlb check` takes them after `--layout` and `--bound`. */
export function formatScope({ layout, bounds }: Scope): string {
  return [layout, ...Object.entries(bounds).map(([name, value]) => `${name}=${value}`)].join(' ');
}
