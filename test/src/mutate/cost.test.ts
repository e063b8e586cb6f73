import { describe, expect, it } from 'vitest';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { noWork } from '../../../spec/state/work.ts';
import { WORKLOADS } from '../../../src/cost/workloads.ts';
import { COST_EVENTS, compareWork, workOf } from '../../../src/mutate/cost.ts';

const EVENTS = COST_EVENTS * WORKLOADS.length;

describe('what a mutant costs', () => {
  const costOf = (changes: object) => compareWork(noWork(), { ...noWork(), ...changes }).cost;

  it('is cheaper or dearer where all counts that differ agree', () => {
    expect(costOf({})).toBe('same');
    expect(costOf({ exits: 1, rootsFreed: 2 })).toBe('dearer');
    expect(costOf({ exits: -1, rootsFreed: -2 })).toBe('cheaper');
  });

  it('goes by the weights where they do not', () => {
    expect(costOf({ exits: -1, pagesSynced: 4 })).toBe('cheaper');
    expect(costOf({ exits: -1, pagesSynced: 6 })).toBe('dearer');
    expect(costOf({ exits: -1, pagesSynced: 5 })).toBe('same');
  });

  it('says how much more work is done in a thousand events', () => {
    const { work } = compareWork(noWork(), { ...noWork(), rootLoads: EVENTS / 2 });
    expect(work).toEqual({ rootLoads: 500 });
  });

  it('finds that caching no root is dearer, on the real workloads', () => {
    const kernel = KERNELS['v6.12'];
    const { cost, work } = compareWork(workOf(kernel), workOf({ ...kernel, rootReuse: 'none' }));
    expect(cost).toBe('dearer');
    expect(work.rootLoads).toBeGreaterThan(100);
  });
});
