import { it } from 'vitest';
import { OPTIMISATION_BOUNDS } from '../../../src/cost/optimisations.ts';
import { distinctKernels } from '../../distinct-kernels.ts';
import { pinsBeside } from '../../pins.ts';
import { keptInWords } from './kept.ts';

const check = pinsBeside(import.meta.url);
const { layout, bounds } = OPTIMISATION_BOUNDS;

/** What `vtlb cost --optimisations` tries, and `minimal`, whose spaces have tables of their own. */
it.each(distinctKernels().map(({ kernel }) => kernel))('from every reachable state: %s', (kernel) => {
  check(`${kernel}, ${layout}`, keptInWords(kernel, layout, bounds));
  check(`${kernel}, minimal`, keptInWords(kernel, 'minimal', {}));
});
