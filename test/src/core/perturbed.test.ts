import { describe, expect, it } from 'vitest';
import { comparePerturbed } from '../../../src/differential/compare-perturbed.ts';
import { describeDifference } from '../../../src/differential/difference.ts';
import { type Entry, nameOf, worldOf } from './support.ts';

/** Findings of states that a row can have. */
const FOUND_IN_STATES = [
  'vtlb-within-guest-tlb',
  'synced-pages-agree',
  'unsync-marked-upwards',
  'synced-pages-write-protected',
  'hardware-entries-backed',
  'root-matches-cr3',
  'cached-roots-distinct',
  'no-obsolete-root-at-entry',
];

const ENTRIES: readonly Entry[] = [
  { kernel: 'v6.12', layout: 'minimal' },
  { kernel: 'v5.13', layout: 'kernel' },
  { kernel: 'patch', contract: 'sdm', layout: 'shared' },
  { kernel: 'v6.12', layout: 'deep' },
  { kernel: 'patch', layout: 'smp' },
  { kernel: 'v6.12', layout: 'roles' },
  { kernel: 'v5.12', layout: 'everything', bounds: { spaces: 3, pcids: 6, frames: 4, userPages: 2 } },
  { kernel: 'v6.12', layout: 'everything, deep', bounds: { vcpus: 2, frames: 3 } },
  { kernel: 'v6.12', layout: 'window', bounds: { vcpus: 2, pcids: 2 } },
];

const found = new Set<string>();

describe('spec and core find the same in states that no kernel reaches', () => {
  it.each(ENTRIES.map((entry) => [nameOf(entry), entry] as const))('%s', (_, entry) => {
    const { states, findings, difference } = comparePerturbed(worldOf(entry), { states: 3000, seed: 3 });
    if (difference !== null) expect.fail(describeDifference(difference));
    expect(states).toBe(3000);
    for (const name of findings) found.add(name);
  });

  it('and each finding was there to be found', () => {
    expect([...found].sort()).toEqual([...FOUND_IN_STATES].sort());
  });
});
