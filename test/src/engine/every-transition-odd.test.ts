import { expect, it } from 'vitest';
import { COVERED, compareEngines } from './compare-engines.ts';

it('the pure and the in-place gear agree on every reachable transition of minimal, odd states', () => {
  const { states, steps } = compareEngines(1, 2);
  expect(states).toBe(COVERED.states);
  expect(steps).toBe(COVERED.steps / 2);
});
