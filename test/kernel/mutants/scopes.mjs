// SPDX-License-Identifier: GPL-2.0
// On what mutants are searched, and how far: layouts that are small, and together reach what the harness can.
import { LAYOUTS } from '../../../dist/spec/layouts/named.js';

/** A layout without what the harness has no words for: stores to top pages, and through pages that map and unmap tables. */
const driven = ({ mapsTable, ...layout }) => ({
  ...layout,
  alphabet: layout.alphabet.filter((letter) => letter !== 'write-dir top' && letter !== 'write-pte cached'),
});

/** A layout with more kinds of events. */
const more = (layout, ...letters) => ({ ...layout, alphabet: [...layout.alphabet, ...letters] });

/** By name: a layout, and the bounds that are not its own. */
export const SCOPES = {
  minimal: { layout: LAYOUTS.minimal, bounds: {} },
  kernel: { layout: LAYOUTS.kernel, bounds: { userPages: 0 } },
  shared: { layout: LAYOUTS.shared, bounds: {} },
  roles: { layout: LAYOUTS.roles, bounds: { spaces: 1 } },
  smp: { layout: LAYOUTS.smp, bounds: { pcids: 1 } },
  deep: { layout: more(driven(LAYOUTS.deep), 'write-pte emulated'), bounds: {} },
  upper: { layout: driven(LAYOUTS.upper), bounds: { kernelPages: 1 } },
  halves: {
    layout: more(LAYOUTS.kernel, 'mov-cr4 smep', 'mov-cr0', 'write-pte none', 'host zap-all'),
    bounds: {},
  },
  flood: { layout: driven(LAYOUTS.flood), bounds: {} },
  'shared vcpus=2': { layout: LAYOUTS.shared, bounds: { vcpus: 2 } },
};

/** States that are searched of each. */
export const MAX_STATES = 2_500;
