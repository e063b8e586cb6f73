import { expect, it } from 'vitest';
import { compareEngines } from './compare-engines.ts';

it('the two gears agree on every reachable transition of minimal with one cached root, under the patch', () => {
  const found = compareEngines('patch', { cachedRoots: 1 });
  expect(found).toEqual({ states: 47_890, steps: 47_890 * 21 });
});
