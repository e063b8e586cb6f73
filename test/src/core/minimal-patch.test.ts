import { it } from 'vitest';
import { compareCore } from '../../../src/differential/compare-core.ts';
import { comparisonPins, nameOf, worldOf } from './support.ts';

const check = comparisonPins(import.meta.url);

/**
 * A file of its own, so that another worker can take the other kernels. `npm run test:exhaustive` has all its
 * 149,990 states.
 */
const ENTRY = { kernel: 'patch', layout: 'minimal', maxStates: 20_000 } as const;

it(`spec and core agree in every transition: ${nameOf(ENTRY)}`, () => {
  check(nameOf(ENTRY), compareCore(worldOf(ENTRY), { maxStates: ENTRY.maxStates }));
});
