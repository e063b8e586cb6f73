import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import type { Kernel } from '../../../spec/kernels/decisions.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { SAFETY } from '../../../spec/properties/vtlb-within-guest-tlb.ts';
import { runJob } from '../../../src/check/job.ts';
import { pins } from '../../pins.ts';
import { limits } from '../../src/check/limits.ts';
import { singleChanges } from '../mechanisms/study.ts';

/** States of a larger world that are looked at. */
const FIRST = 10_000;

/** A layout at small bounds, which is explored whole, and bounds that make it larger, each on its own. */
const LADDERS: readonly [LayoutName, Partial<Bounds>, Partial<Bounds>[]][] = [
  [
    'minimal',
    { cachedRoots: 1 },
    [{ frames: 3 }, { spaces: 3 }, { pcids: 3 }, { cachedRoots: 3 }, { userPages: 2 }],
  ],
  ['kernel', { userPages: 0, cachedRoots: 1 }, [{ frames: 3 }, { spaces: 3, pcids: 3 }, { userPages: 1 }]],
];

const check = pins(new URL('./mutants.exhaustive.json', import.meta.url));

/** Length of a shortest trace that breaks safety; null if none was found. */
async function lengthOf(kernel: Kernel, layout: LayoutName, bounds: Partial<Bounds>, maxStates?: number) {
  const job = {
    kernel,
    contract: CONTRACTS.kvm,
    layout: LAYOUTS[layout],
    bounds,
    tlbs: 'whole',
    flushesOrdered: false,
  } as const;
  const { violations, complete } = await runJob(job, { limits: limits(maxStates ? { maxStates } : {}) });
  const unsafe = violations.find(({ property }) => property === SAFETY);
  if (maxStates === undefined) expect(complete || unsafe !== undefined).toBe(true);
  return unsafe?.trace.length ?? null;
}

describe('what breaks safety at larger bounds breaks it at small ones', () => {
  const mutants = singleChanges(KERNELS['v6.12']);
  it.each(LADDERS)('every change of one decision of v6.12, %s, %o', async (layout, small, larger) => {
    const kernels = mutants.map((change) => ({ ...KERNELS['v6.12'], ...change }));
    const least: (number | null)[] = [];
    for (const kernel of kernels) least.push(await lengthOf(kernel, layout, small));
    for (const more of larger) {
      const name = `${layout} ${JSON.stringify(small)}, then ${JSON.stringify(more)}`;
      const lengths: (number | null)[] = [];
      for (const kernel of kernels)
        lengths.push(await lengthOf(kernel, layout, { ...small, ...more }, FIRST));
      const isBroken = (length: number | null | undefined) => length !== null && length !== undefined;
      check(name, {
        mutants: mutants.length,
        'broken at small bounds': least.filter(isBroken).length,
        'broken in the first states at larger bounds': lengths.filter(isBroken).length,
        'broken at larger bounds only': mutants.filter((_, i) => isBroken(lengths[i]) && !isBroken(least[i])),
        'shorter at larger bounds': mutants.filter((_, i) => (lengths[i] ?? 99) < (least[i] ?? 0)),
      });
    }
  });
});
