import { describe, expect, it } from 'vitest';
import { compareSymmetry } from '../../../src/differential/compare-symmetry.ts';
import { type Entry, nameOf, pins, worldOf } from './support.ts';

const check = pins(import.meta.url);

const ENTRIES: readonly (readonly [entry: Entry, order: number])[] = [
  [{ kernel: 'patch', layout: 'minimal', maxStates: 4000 }, 4],
  [{ kernel: 'patch', layout: 'kernel', bounds: { pcids: 3, frames: 3 }, maxStates: 150 }, 144],
  [{ kernel: 'v5.13', layout: 'shared', bounds: { pcids: 4, userPages: 2 }, maxStates: 150 }, 96],
  [{ kernel: 'v6.12', layout: 'deep', bounds: { frames: 3 }, maxStates: 250 }, 72],
  [{ kernel: 'v6.12', layout: 'smp', bounds: { pcids: 3 }, maxStates: 500 }, 16],
  [{ kernel: 'v6.12', layout: 'roles', bounds: { spaces: 3, pcids: 3 }, maxStates: 400 }, 24],
  [{ kernel: 'patch', layout: 'everything, deep', bounds: { userPages: 2 }, maxStates: 120 }, 32],
  // Its spaces are not alike.
  [{ kernel: 'v6.12', layout: 'window', bounds: { pcids: 3 }, maxStates: 500 }, 2],
  [{ kernel: 'v6.12', layout: 'everything, window', bounds: { frames: 3 }, maxStates: 120 }, 36],
];

describe('to rename and step is to step and rename', () => {
  it.each(ENTRIES.map(([entry, order]) => [nameOf(entry), entry, order] as const))(
    '%s',
    (name, entry, order) => {
      const compared = compareSymmetry(worldOf(entry), entry.maxStates);
      check(name, compared);
      expect(compared.order).toBe(order);
    },
  );
});
