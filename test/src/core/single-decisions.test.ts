import { expect, it } from 'vitest';
import { pinsBeside } from '../../pins.ts';
import { CHANGES, testChanges } from './single-decisions.ts';

it('changes each decision to each value in each kernel', () => {
  expect(CHANGES.length).toBe(487);
});

// One in two changes, at one of their places; `npm run test:exhaustive` has all of them at both.
testChanges(pinsBeside(import.meta.url), (places, n) =>
  n % 2 === 1 ? [] : [n % 4 === 0 ? places[0] : places[1]],
);
