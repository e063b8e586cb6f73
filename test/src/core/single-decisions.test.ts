import { expect, it } from 'vitest';
import { pinsBeside } from '../../pins.ts';
import { CHANGES, testChanges } from './single-decisions.ts';

it('changes each decision to each value in each kernel', () => {
  expect(CHANGES.length).toBe(550);
});

/** Three in eight, in no period of two or three, as many values a decision can be changed to. */
const CHOSEN = [0, 2, 5];

// Three in eight of the changes, at one of their places; `npm run test:exhaustive` has all of them at both.
testChanges(pinsBeside(import.meta.url), (places, n) => {
  const turn = CHOSEN.indexOf(n % 8);
  return turn < 0 ? [] : [turn % 2 === 0 ? places[0] : places[1]];
});
