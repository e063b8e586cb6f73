import { describe, it } from 'vitest';
import { compareSpecialized } from '../../../src/differential/compare-specialized.ts';
import { comparisonPins, type Entry, kernelsDistinctOnMinimal, nameOf, worldOf } from './support.ts';

const check = comparisonPins(import.meta.url);

const LARGE = { spaces: 3, pcids: 3, userPages: 2, frames: 3 } as const;

/** `minimal` under every kernel, and large layouts, whose code takes half a minute to write out. */
const ENTRIES: readonly Entry[] = [
  ...kernelsDistinctOnMinimal().map((kernel): Entry => ({ kernel, layout: 'minimal' })),
  { kernel: 'patch', layout: 'everything', bounds: LARGE, maxStates: 60 },
  {
    kernel: 'v5.13',
    layout: 'everything, shared',
    bounds: { ...LARGE, pcids: 6, frames: 6 },
    maxStates: 100,
  },
  { kernel: 'v6.12', layout: 'everything, deep', bounds: { vcpus: 2, pcids: 1 }, maxStates: 40 },
  {
    kernel: 'v5.18',
    layout: 'everything, deep and shared',
    bounds: { spaces: 4, cachedRoots: 1 },
    maxStates: 60,
  },
];

describe('specialised code does what the core does', () => {
  it.each(ENTRIES.map((entry) => [nameOf(entry), entry] as const))('%s', async (name, entry) => {
    check(name, await compareSpecialized(worldOf(entry), entry.maxStates));
  });
});
