import { expect, it } from 'vitest';
import { CHANGES, testChanges } from './single-decisions.ts';
import { sentences } from './support.ts';

it('changes each decision to each value in each kernel', () => {
  expect(CHANGES.length).toBe(487);
});

// One in two changes, at one of their places; `npm run test:exhaustive` has all of them at both.
testChanges(sentences(import.meta.url), (places, n) =>
  n % 2 === 1 ? [] : [n % 4 === 0 ? places[0] : places[1]],
);
