import { expect, it } from 'vitest';
import { compareEngines } from './compare-engines.ts';

it('the two gears agree on every reachable transition of minimal, under naive', () => {
  expect(compareEngines('naive', {})).toEqual({ states: 15_486, steps: 15_486 * 21 });
});
