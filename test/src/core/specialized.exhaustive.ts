import { describe, it } from 'vitest';
import { compareSpecialized } from '../../../src/differential/compare-specialized.ts';
import { distinctKernels, type Entry, nameOf, pins, worldOf } from './support.ts';

const check = pins(import.meta.url);

const ENTRIES: readonly Entry[] = distinctKernels().flatMap(({ kernel }): Entry[] => [
  { kernel, layout: 'minimal' },
  ...(['kernel', 'shared', 'deep', 'smp', 'roles', 'everything', 'everything, deep'] as const).map(
    (layout): Entry => ({ kernel, layout, maxStates: 50_000 }),
  ),
]);

describe('specialised code does what the core does', () => {
  it.each(ENTRIES.map((entry) => [nameOf(entry), entry] as const))('%s', async (name, entry) => {
    check(name, await compareSpecialized(worldOf(entry), entry.maxStates));
  });
});
