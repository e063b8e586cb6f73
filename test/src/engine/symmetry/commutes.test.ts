import { describe, expect, it } from 'vitest';
import { runJob } from '../../../../src/check/job.ts';
import { limits } from '../../check/limits.ts';
import { type Entry, nameOf, settingOf, symmetryPins } from './support.ts';

const compare = symmetryPins(import.meta.url);

const ENTRIES: readonly (readonly [entry: Entry, order: number])[] = [
  [{ kernel: 'patch', layout: 'minimal', maxStates: 150 }, 4],
  [{ kernel: 'patch', layout: 'kernel', bounds: { pcids: 3, frames: 3 }, maxStates: 3 }, 144],
  [{ kernel: 'v5.13', layout: 'shared', bounds: { pcids: 4, userPages: 2 }, maxStates: 3 }, 96],
  [{ kernel: 'v6.12', layout: 'deep', bounds: { frames: 3, kernelPages: 1 }, maxStates: 8 }, 72],
  [{ kernel: 'v6.12', layout: 'smp', bounds: { pcids: 3 }, maxStates: 10 }, 16],
  [{ kernel: 'v6.12', layout: 'roles', bounds: { spaces: 3, pcids: 3 }, maxStates: 8 }, 24],
  // A table that may hang in either half is walked for the pages of both, so that their frames are renamed as one.
  [{ kernel: 'patch', layout: 'everything, deep', bounds: { userPages: 2 }, maxStates: 3 }, 8],
  // To rename the frames of both pages, or to swap the pages as well, would be too many renamings.
  [{ kernel: 'v5.12', layout: 'minimal', bounds: { userPages: 2, frames: 4 }, maxStates: 5 }, 48],
  // Its spaces are not alike.
  [{ kernel: 'v6.12', layout: 'window', bounds: { pcids: 3 }, maxStates: 80 }, 2],
  [{ kernel: 'v6.12', layout: 'everything, window', bounds: { frames: 3 }, maxStates: 5 }, 6],
  // What maps a page table keeps its frames.
  [{ kernel: 'v5.14', layout: 'stores', maxStates: 60 }, 8],
];

describe('to rename and step is to step and rename', () => {
  it.each(ENTRIES.map(([entry, order]) => [nameOf(entry), entry, order] as const))(
    '%s',
    async (_, entry, order) => {
      expect((await compare(entry)).order).toBe(order);
    },
  );
});

/** Small enough to be taken whole. */
const WHOLE: readonly Entry[] = [
  { kernel: 'v6.12', layout: 'minimal', bounds: { pcids: 1, cachedRoots: 1 } },
  { kernel: 'v6.12', layout: 'smp', bounds: { spaces: 1, pcids: 1, cachedRoots: 0 } },
  { kernel: 'patch', layout: 'kernel', bounds: { spaces: 1, pcids: 1, cachedRoots: 0 } },
  { kernel: 'v5.14', layout: 'stores', bounds: { vcpus: 1 } },
];

describe('a search up to renaming finds one state of each orbit', () => {
  it.each(WHOLE.map((entry) => [nameOf(entry), entry] as const))('%s', async (_, entry) => {
    const { orbits } = await compare(entry);
    const job = { ...settingOf(entry), tlbs: 'whole', flushesOrdered: false } as const;
    const { states, complete } = await runJob(job, { limits: limits(), symmetry: true });
    expect([states, complete]).toEqual([orbits, true]);
  });
});
