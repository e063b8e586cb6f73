import { describe, it } from 'vitest';
import { compareSpecialized } from '../../../src/differential/compare-specialized.ts';
import { distinctKernels, type Entry, nameOf, pins, worldOf } from './support.ts';

const check = pins(import.meta.url);

/** `minimal` under every kernel; v5.12 differs from v5.13 in one decision, and has prefixes of its own. */
const ENTRIES: readonly Entry[] = distinctKernels()
  .filter(({ kernel }) => kernel !== 'v5.12')
  .map(({ kernel }): Entry => ({ kernel, layout: 'minimal' }));

describe('specialised code does what the core does', () => {
  it.each(ENTRIES.map((entry) => [nameOf(entry), entry] as const))('%s', async (name, entry) => {
    check(name, await compareSpecialized(worldOf(entry), entry.maxStates));
  });
});
