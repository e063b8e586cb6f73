import { describe, it } from 'vitest';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { expectFoldsToAgree, oddKernel } from './compare-folds.ts';

describe('what a kernel does on an event, folded, is what the specification does', () => {
  it('for v6.12', () => expectFoldsToAgree(KERNELS['v6.12'], 200));
  it('for a kernel of unusual decisions', () => expectFoldsToAgree(oddKernel(1), 200));
});
