import { describe, expect, it } from 'vitest';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { type CheckJob, runJob } from '../../../src/check/job.ts';
import { compareSymmetry } from '../../../src/differential/compare-symmetry.ts';
import { limits } from '../check/limits.ts';
import { comparisonPins, type Entry, nameOf, worldOf } from './support.ts';

const check = comparisonPins(import.meta.url);

const ENTRIES: readonly (readonly [entry: Entry, order: number])[] = [
  [{ kernel: 'patch', layout: 'minimal', maxStates: 2500 }, 4],
  [{ kernel: 'patch', layout: 'kernel', bounds: { pcids: 3, frames: 3 }, maxStates: 150 }, 144],
  [{ kernel: 'v5.13', layout: 'shared', bounds: { pcids: 4, userPages: 2 }, maxStates: 150 }, 96],
  [{ kernel: 'v6.12', layout: 'deep', bounds: { frames: 3 }, maxStates: 250 }, 72],
  [{ kernel: 'v6.12', layout: 'smp', bounds: { pcids: 3 }, maxStates: 300 }, 16],
  [{ kernel: 'v6.12', layout: 'roles', bounds: { spaces: 3, pcids: 3 }, maxStates: 400 }, 24],
  [{ kernel: 'patch', layout: 'everything, deep', bounds: { userPages: 2 }, maxStates: 120 }, 32],
  // To rename the frames of both pages, or to swap the pages as well, would be too many renamings.
  [{ kernel: 'v5.12', layout: 'minimal', bounds: { userPages: 2, frames: 4 }, maxStates: 80 }, 48],
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

/** Small enough to be taken whole. */
const WHOLE: readonly (Entry & { readonly layout: LayoutName })[] = [
  { kernel: 'v6.12', layout: 'minimal', bounds: { pcids: 1, cachedRoots: 1 } },
  { kernel: 'v6.12', layout: 'smp', bounds: { spaces: 1, cachedRoots: 0 } },
  { kernel: 'patch', layout: 'kernel', bounds: { spaces: 1, pcids: 1, cachedRoots: 0 } },
];

describe('a search up to renaming finds one state of each orbit', () => {
  it.each(WHOLE.map((entry) => [nameOf(entry), entry] as const))('%s', async (name, entry) => {
    const world = worldOf(entry);
    const compared = compareSymmetry(world);
    check(name, compared);
    const { kernel, contract } = world;
    const { layout, bounds = {} } = entry;
    const job: CheckJob = {
      kernel,
      contract,
      layout: LAYOUTS[layout],
      bounds,
      engine: 'core',
      flushesOrdered: false,
    };
    const { states, complete } = await runJob(job, { limits: limits(), symmetry: true });
    expect([states, complete]).toEqual([compared.orbits, true]);
  });
});
