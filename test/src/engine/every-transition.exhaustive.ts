import { expect, it } from 'vitest';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { compareEngines } from './compare-engines.ts';

/** Minutes each, so in `npm run test:exhaustive` and not in `npm test`. */
it.each([
  ['naive', {}, 15_486],
  ['v6.12', { spaces: 1, pcids: 3 }, 5_094],
  ['patch', { spaces: 1, pcids: 3 }, 4_719],
  ['patch', { cachedRoots: 1 }, 47_890],
  ['patch', {}, 149_990],
  ['v6.12', {}, 180_621],
] as const)(
  'the two gears agree on every reachable transition of minimal, under %s %j',
  (kernel, bounds, states) => {
    const { events } = buildLayout(LAYOUTS.minimal, bounds);
    expect(compareEngines(kernel, bounds)).toEqual({ states, steps: states * events.length });
  },
);
