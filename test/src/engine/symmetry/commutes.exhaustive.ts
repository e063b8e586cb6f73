import { describe, it } from 'vitest';
import { type Entry, nameOf, symmetryPins } from './support.ts';

const compare = symmetryPins(import.meta.url);

const ENTRIES: readonly Entry[] = [
  { kernel: 'patch', layout: 'minimal' },
  { kernel: 'v5.13', layout: 'minimal' },
];

describe('to rename and step is to step and rename', () => {
  it.each(ENTRIES.map((entry) => [nameOf(entry), entry] as const))('%s', async (_, entry) => {
    await compare(entry);
  });
});
