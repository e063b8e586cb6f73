import { describe, it } from 'vitest';
import { compareSymmetry } from '../../../src/differential/compare-symmetry.ts';
import { type Entry, nameOf, pins, worldOf } from './support.ts';

const check = pins(import.meta.url);

const ENTRIES: readonly Entry[] = [
  { kernel: 'patch', layout: 'minimal' },
  { kernel: 'v5.13', layout: 'minimal' },
  { kernel: 'patch', layout: 'kernel', bounds: { pcids: 3, frames: 3 }, maxStates: 20_000 },
  { kernel: 'v6.12', layout: 'shared', bounds: { pcids: 4, userPages: 2 }, maxStates: 20_000 },
  { kernel: 'v6.12', layout: 'deep', bounds: { frames: 3 }, maxStates: 50_000 },
  { kernel: 'v6.12', layout: 'roles', bounds: { spaces: 3, pcids: 3 }, maxStates: 20_000 },
  { kernel: 'v6.12', layout: 'smp', bounds: { pcids: 3 }, maxStates: 50_000 },
];

describe('to rename and step is to step and rename', () => {
  it.each(ENTRIES.map((entry) => [nameOf(entry), entry] as const))('%s', (name, entry) => {
    check(name, compareSymmetry(worldOf(entry), entry.maxStates));
  });
});
