import { describe, it } from 'vitest';
import { type Entry, nameOf, symmetryPins } from './support.ts';

const compare = symmetryPins(import.meta.url);

const ENTRIES: readonly Entry[] = [
  { kernel: 'patch', layout: 'minimal' },
  { kernel: 'v5.13', layout: 'minimal' },
  { kernel: 'patch', layout: 'kernel', bounds: { pcids: 3, frames: 3 }, maxStates: 80 },
  { kernel: 'v5.13', layout: 'shared', bounds: { pcids: 4, userPages: 2 }, maxStates: 80 },
  { kernel: 'v6.12', layout: 'deep', bounds: { frames: 3, kernelPages: 1 }, maxStates: 250 },
  { kernel: 'v6.12', layout: 'smp', bounds: { pcids: 3 }, maxStates: 300 },
  { kernel: 'v6.12', layout: 'roles', bounds: { spaces: 3, pcids: 3 }, maxStates: 250 },
  { kernel: 'v5.12', layout: 'minimal', bounds: { userPages: 2, frames: 4 }, maxStates: 80 },
];

describe('to rename and step is to step and rename', () => {
  it.each(ENTRIES.map((entry) => [nameOf(entry), entry] as const))('%s', async (_, entry) => {
    await compare(entry);
  });
});
