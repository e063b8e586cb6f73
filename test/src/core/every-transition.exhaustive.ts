import { describe, it } from 'vitest';
import { compareCore } from '../../../src/differential/compare-core.ts';
import { comparisonPins, distinctKernels, type Entry, nameOf, worldOf } from './support.ts';

const check = comparisonPins(import.meta.url);
/**
 * `minimal` under every kernel; v5.12 differs from v5.13 in one decision, and has prefixes of its own. And `window`
 * under each value of the decision that it is for.
 */
const ENTRIES: readonly Entry[] = [
  ...distinctKernels()
    .filter(({ kernel }) => kernel !== 'v5.12')
    .map(({ kernel }): Entry => ({ kernel, layout: 'minimal' })),
  ...(['zap', 'sync', 'keep-unsync', 'keep-writable'] as const).map(
    (unsyncAtUpper): Entry => ({ kernel: 'v6.12', set: { unsyncAtUpper }, layout: 'window' }),
  ),
];

describe('spec and core agree in every transition', () => {
  it.each(ENTRIES.map((entry) => [nameOf(entry), entry] as const))('%s', (name, entry) => {
    check(name, compareCore(worldOf(entry)));
  });
});
