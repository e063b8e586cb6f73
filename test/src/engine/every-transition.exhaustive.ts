import { expect, it } from 'vitest';
import { compareEngines } from './compare-engines.ts';

/** The default bounds under the patch and v6.12: tens of minutes, so `npm run test:exhaustive` and not `npm test`. */
it.each([
  ['patch', 149_990],
  ['v6.12', 180_621],
] as const)('the two gears agree on every reachable transition of minimal, under %s', (kernel, states) => {
  const found = compareEngines(kernel, {});
  expect(found).toEqual({ states, steps: states * 21 });
});
