import { describe, it } from 'vitest';
import { compareCore } from '../../../src/differential/compare-core.ts';
import { comparisonPins, type Entry, kernelsDistinctOnMinimal, nameOf, worldOf } from './support.ts';

const check = comparisonPins(import.meta.url);
/** `minimal` under every kernel, and `window` under each value of the decision that it is for. */
const ENTRIES: readonly Entry[] = [
  ...kernelsDistinctOnMinimal().map((kernel): Entry => ({ kernel, layout: 'minimal' })),
  ...(['zap', 'sync', 'keep-unsync', 'keep-writable'] as const).map(
    (unsyncAtUpper): Entry => ({ kernel: 'v6.12', set: { unsyncAtUpper }, layout: 'window' }),
  ),
];

describe('spec and core agree in every transition', () => {
  it.each(ENTRIES.map((entry) => [nameOf(entry), entry] as const))('%s', (name, entry) => {
    check(name, compareCore(worldOf(entry)));
  });
});
