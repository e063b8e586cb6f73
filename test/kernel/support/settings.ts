// SPDX-License-Identifier: GPL-2.0
import type { Event } from '../../../spec/events/event.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';

/** A layout and its bounds. */
export interface Setting {
  readonly layout: LayoutName;
  readonly bounds: Partial<Bounds>;
}

/**
 * Every layout that the driver can follow, and each of the ways in which one can be larger than usual. It has no
 * words for the events of `faults`, `races`, `nested`, `vpids` and `twice`, and `window` shadows a page at two levels.
 * In `stores` and `flood` the guest stores to a table through a page that its tables map; in `stores` all spaces share it.
 */
export const SETTINGS: readonly Setting[] = [
  { layout: 'minimal', bounds: {} },
  { layout: 'minimal', bounds: { spaces: 4 } },
  { layout: 'minimal', bounds: { spaces: 3, userPages: 3, frames: 3 } },
  { layout: 'kernel', bounds: {} },
  { layout: 'kernel', bounds: { spaces: 4, userPages: 2 } },
  { layout: 'kernel', bounds: { userPages: 0, kernelPages: 2 } },
  { layout: 'shared', bounds: {} },
  { layout: 'shared', bounds: { spaces: 3, userPages: 2, kernelPages: 2 } },
  { layout: 'deep', bounds: {} },
  { layout: 'deep', bounds: { spaces: 3, userPages: 2, pcids: 2 } },
  { layout: 'deep', bounds: { vcpus: 2 } },
  { layout: 'upper', bounds: {} },
  { layout: 'upper', bounds: { pcids: 2, userPages: 1, vcpus: 3 } },
  { layout: 'smp', bounds: {} },
  { layout: 'smp', bounds: { vcpus: 4, kernelPages: 1 } },
  { layout: 'roles', bounds: {} },
  { layout: 'roles', bounds: { kernelPages: 1, vcpus: 2 } },
  { layout: 'stores', bounds: { cachedRoots: 3 } },
  { layout: 'stores', bounds: { cachedRoots: 3, spaces: 3, pcids: 2, userPages: 2, kernelPages: 2 } },
  { layout: 'flood', bounds: {} },
  { layout: 'flood', bounds: { pcids: 2, userPages: 3, vcpus: 2 } },
];

/** Whether the guest stores to a page table through a page that its own tables map. */
export function mapsTable({ layout }: Setting): boolean {
  return 'mapsTable' in LAYOUTS[layout];
}

/**
 * Whether an event may lead to a second SPTE that maps a table for the guest to store to: that of another role. The
 * specification has one flag for all of them.
 */
export function mapsAnew(event: Event, setting: Setting): boolean {
  const changesRole = event.kind === 'mov-cr0' || (event.kind === 'mov-cr4' && event.bits.smep === true);
  return changesRole && mapsTable(setting);
}

/** `flood`, without what goes through a hardware TLB, of which the harness has none. */
export const FLOOD_DRIVEN: Layout = buildLayout({
  ...LAYOUTS.flood,
  alphabet: LAYOUTS.flood.alphabet.filter((letter) => letter !== 'write-pte cached'),
});

export function layoutOf({ layout, bounds }: Setting): Layout {
  return buildLayout(LAYOUTS[layout], bounds);
}

/** `kernel, spaces=4` */
export function settingName({ layout, bounds }: Setting): string {
  return [layout, ...Object.entries(bounds).map(([name, value]) => `${name}=${value}`)].join(', ');
}
