import { expect, it } from 'vitest';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { compareEngines } from './compare-engines.ts';

/** What takes longer is in `npm run test:exhaustive`. */
it.each([['patch', { spaces: 1 }, 354]] as const)(
  'the two gears agree on every reachable transition of minimal, under %s %j',
  (kernel, bounds, states) => {
    const { events } = buildLayout(LAYOUTS.minimal, bounds);
    expect(compareEngines(kernel, bounds)).toEqual({ states, steps: states * events.length });
  },
);
