import { describe, it } from 'vitest';
import { compareSpecialized } from '../../../src/differential/compare-specialized.ts';
import { comparisonPins, type Entry, nameOf, worldOf } from './support.ts';

const check = comparisonPins(import.meta.url);

const ENTRIES: readonly Entry[] = [
  ...(['kernel', 'shared', 'deep', 'smp', 'roles'] as const).flatMap((layout) =>
    (['v5.12', 'v6.12'] as const).map((kernel): Entry => ({ kernel, layout, maxStates: 300 })),
  ),
  { kernel: 'patch', contract: 'sdm', layout: 'kernel', maxStates: 300 },
  { kernel: 'v6.12', set: { staleFault: 'install-obsolete' }, layout: 'races', maxStates: 300 },
  { kernel: 'v5.14', layout: 'races', maxStates: 300 },
  { kernel: 'v6.12', layout: 'vpids', bounds: { spaces: 2 }, maxStates: 300 },
  ...(['sync', 'zap', 'keep-unsync', 'keep-writable'] as const).map(
    (unsyncAtUpper): Entry => ({ kernel: 'v6.12', set: { unsyncAtUpper }, layout: 'window', maxStates: 500 }),
  ),
];

describe('specialised code does what the core does', () => {
  it.each(ENTRIES.map((entry) => [nameOf(entry), entry] as const))('%s', async (name, entry) => {
    check(name, await compareSpecialized(worldOf(entry), entry.maxStates));
  });
});
