import { it } from 'vitest';
import { compareCore } from '../../../src/differential/compare-core.ts';
import { comparisonPins, type Entry, nameOf, worldOf } from './support.ts';

const check = comparisonPins(import.meta.url);

/**
 * A kernel that is not safe, and the one that caches nothing. The other kernels are explored whole in
 * `npm run test:exhaustive`.
 */
const ENTRIES: readonly Entry[] = [
  { kernel: 'v5.13', layout: 'minimal', maxStates: 10_000 },
  { kernel: 'naive', layout: 'minimal' },
];

it.each(ENTRIES.map((entry) => [nameOf(entry), entry] as const))(
  'spec and core agree in every transition: %s',
  (name, entry) => {
    const { maxStates } = entry;
    check(name, compareCore(worldOf(entry), maxStates === undefined ? {} : { maxStates }));
  },
);
