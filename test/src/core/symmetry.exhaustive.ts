import { describe, it } from 'vitest';
import { compareSymmetry } from '../../../src/differential/compare-symmetry.ts';
import { comparisonPins, type Entry, nameOf, worldOf } from './support.ts';

const check = comparisonPins(import.meta.url);

const ENTRIES: readonly Entry[] = [
  { kernel: 'patch', layout: 'minimal' },
  { kernel: 'v5.13', layout: 'minimal' },
];

describe('to rename and step is to step and rename', () => {
  it.each(ENTRIES.map((entry) => [nameOf(entry), entry] as const))('%s', (name, entry) => {
    check(name, compareSymmetry(worldOf(entry), entry.maxStates));
  });
});
