import { expect, it } from 'vitest';
import { pinsBeside } from '../../pins.ts';
import { FAULTS } from './faults.ts';
import { testFaults } from './find-faults.ts';

/** One in so many; `npm run test:exhaustive` seeds all of them. */
const ONE_IN = 3;

const SOME = FAULTS.filter((_, i) => i % ONE_IN === 0);

it('seeds enough faults', () => {
  expect(SOME.length).toBeGreaterThanOrEqual(30);
});

testFaults(pinsBeside(import.meta.url), SOME);
