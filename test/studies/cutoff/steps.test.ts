import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { masksOf } from '../../../src/engine/rows/tagged-set.ts';
import { compareErasure } from '../compare/compare-erasure.ts';
import { testSteps } from './support.ts';

testSteps(new URL('./steps.json', import.meta.url), [
  { step: 'erasures', contract: 'kvm', layout: 'smp', bounds: { spaces: 1, pcids: 1, cachedRoots: 0 } },
  {
    step: 'three frames for more, f1 told apart',
    layout: 'minimal',
    bounds: { frames: 4, spaces: 1, pcids: 1, cachedRoots: 1 },
  },
  {
    step: 'three frames for more, f2 told apart',
    layout: 'shared',
    bounds: { userPages: 1, frames: 4, spaces: 1, pcids: 1, cachedRoots: 1 },
  },
  { step: 'two frames for more', layout: 'minimal', bounds: { frames: 3, spaces: 1, cachedRoots: 1 } },
  {
    step: 'one neighbour that never changes for two',
    layout: 'minimal',
    bounds: { userPages: 3, spaces: 1, cachedRoots: 0 },
  },
  { step: 'without a space that is never loaded', layout: 'minimal', bounds: { spaces: 2, cachedRoots: 1 } },
  {
    step: 'without a space that is never loaded',
    layout: 'kernel',
    bounds: { userPages: 0, spaces: 2, cachedRoots: 1 },
  },
  { step: 'without a PCID that is never loaded', layout: 'minimal', bounds: { pcids: 2, cachedRoots: 1 } },
  { step: 'without a vCPU that idles', layout: 'smp', bounds: { spaces: 1, cachedRoots: 1 } },
  { step: 'without a vCPU that idles', layout: 'smp', bounds: { spaces: 2, cachedRoots: 1 } },
  { step: 'one cached root fewer', layout: 'minimal', bounds: { cachedRoots: 2 } },
]);

describe('a part that has an influence', () => {
  it('is not erased unseen', () => {
    const world = {
      kernel: KERNELS['v6.12'],
      contract: CONTRACTS.kvm,
      layout: buildLayout(LAYOUTS.minimal, { spaces: 1, cachedRoots: 0 }),
    };
    const { difference } = compareErasure(world, ({ shadowPages }) =>
      masksOf(shadowPages.map(({ unsync }) => unsync)),
    );
    expect(difference?.field).toBe('writable.a.u');
  });
});
