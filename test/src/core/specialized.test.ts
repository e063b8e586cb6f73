import { describe, it } from 'vitest';
import { compareSpecialized } from '../../../src/differential/compare-specialized.ts';
import { comparisonPins, type Entry, nameOf, worldOf } from './support.ts';

const check = comparisonPins(import.meta.url);

/** `npm run test:exhaustive` explores `minimal` whole, and more of other layouts. */
const ENTRIES: readonly Entry[] = [
  { kernel: 'patch', layout: 'minimal', maxStates: 15_000 },
  { kernel: 'v6.12', layout: 'minimal', maxStates: 5000 },
  { kernel: 'v5.13', layout: 'minimal', maxStates: 5000 },
  ...(['kernel', 'deep', 'smp', 'window'] as const).map(
    (layout): Entry => ({ kernel: 'v6.12', layout, maxStates: 200 }),
  ),
];

describe('specialised code does in every transition what the core does', () => {
  it.each(ENTRIES.map((entry) => [nameOf(entry), entry] as const))('%s', async (name, entry) => {
    check(name, await compareSpecialized(worldOf(entry), entry.maxStates));
  });
});
