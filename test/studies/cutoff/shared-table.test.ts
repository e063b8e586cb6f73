import { expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { defineKernel } from '../../../spec/define/kernel.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { SAFETY } from '../../../spec/properties/vtlb-within-guest-tlb.ts';
import { runJob } from '../../../src/check/job.ts';
import { formatEvent } from '../../../src/trace/print.ts';
import { limits } from '../../src/check/limits.ts';

/** A shortest trace that breaks safety where an unsync table is linked unsynced; null if there is none at all. */
async function shortest(layout: LayoutName, bounds: Partial<Bounds>): Promise<readonly string[] | null> {
  const { violations, complete } = await runJob(
    {
      kernel: defineKernel({ base: 'v6.12', foundUnsync: 'no-sync' }),
      contract: CONTRACTS.kvm,
      layout: LAYOUTS[layout],
      bounds,
      tlbs: 'apart',
      flushesOrdered: false,
    },
    { limits: limits() },
  );
  const found = violations.find(({ property }) => property === SAFETY);
  if (found === undefined) expect(complete).toBe(true);
  return found?.trace.map(formatEvent) ?? null;
}

it.each([
  ['kernel', { userPages: 0, kernelPages: 1, cachedRoots: 1 }],
  ['shared', { userPages: 1, cachedRoots: 1 }],
] as const)(
  'with one page of the shared table of %s a missing sync never breaks safety',
  async (layout, bounds) => {
    expect(await shortest(layout, bounds)).toBeNull();
  },
);

it.each([
  ['kernel', { userPages: 0, kernelPages: 2, cachedRoots: 1 }, 'k0', 'k1'],
  ['shared', {}, 'u0', 'u1'],
] as const)('with two it does, on %s', async (layout, bounds, stale, other) => {
  expect(await shortest(layout, bounds)).toEqual([
    `access ${stale}`,
    `write-pte a:${stale} f2`,
    'mov-cr3 b',
    `access ${other}`,
  ]);
});
