import { describe, it } from 'vitest';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { expectFoldsToAgree, oddKernel } from './compare-folds.ts';

describe('what a kernel does on an event, folded, is what the specification does', () => {
  it.each(Object.entries(KERNELS))('for %s', (_, kernel) => expectFoldsToAgree(kernel, 2000));
  it.each([0, 1, 2, 3, 4])('for a kernel of the values at place %i of every decision', (place) =>
    expectFoldsToAgree(oddKernel(place), 2000),
  );
});
