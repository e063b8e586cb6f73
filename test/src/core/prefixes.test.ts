import { describe, expect, it } from 'vitest';
import { STRONGER_THAN_KVM } from '../../../spec/contracts/named.ts';
import { compareCore } from '../../../src/differential/compare-core.ts';
import { comparisonPins, distinctKernels, type Entry, nameOf, worldOf } from './support.ts';

const check = comparisonPins(import.meta.url);
const KERNELS = distinctKernels().map(({ kernel }) => kernel);

/** Explored whole, or farther, in files of their own. */
const ELSEWHERE = ['patch', 'v5.13', 'v6.4', 'naive'];

const ENTRIES: readonly Entry[] = [
  ...KERNELS.filter((kernel) => !ELSEWHERE.includes(kernel)).map(
    (kernel): Entry => ({ kernel, layout: 'minimal', maxStates: 500 }),
  ),
  ...(['kernel', 'shared', 'deep', 'smp', 'roles'] as const).flatMap((layout) =>
    KERNELS.map((kernel): Entry => ({ kernel, layout, maxStates: 90 })),
  ),
  ...(['v5.13', 'v6.12'] as const).map((kernel): Entry => ({ kernel, layout: 'faults', maxStates: 2000 })),
  ...(['v5.13', 'v5.16', 'v6.12'] as const).map((kernel): Entry => ({ kernel, layout: 'races' })),
  ...(['v5.13', 'v5.16', 'v6.12'] as const).map(
    (kernel): Entry => ({ kernel, layout: 'vpids', maxStates: 500 }),
  ),
  { kernel: 'v6.12', layout: 'vpids', bounds: { spaces: 2, pcids: 2 }, maxStates: 1000 },
  { kernel: 'v6.12', set: { staleFault: 'install-obsolete' }, layout: 'races', maxStates: 1000 },
  ...(['v5.13', 'v6.12'] as const).map((kernel): Entry => ({ kernel, layout: 'window', maxStates: 2000 })),
  ...(['keep-unsync', 'keep-writable'] as const).map(
    (unsyncAtUpper): Entry => ({
      kernel: 'v6.12',
      set: { unsyncAtUpper },
      layout: 'window',
      maxStates: 1000,
    }),
  ),
  { kernel: 'v6.12', layout: 'window', bounds: { spaces: 1, kernelPages: 1 } },
  ...['sdm', ...STRONGER_THAN_KVM.map(({ name }) => name)].flatMap((contract) =>
    (['v5.13', 'patch', 'v6.12'] as const).map(
      (kernel): Entry => ({ kernel, contract, layout: 'kernel', maxStates: 500 }),
    ),
  ),
];

it('runs one of the kernels that have the same decisions', () => {
  expect(distinctKernels().filter(({ same }) => same.length > 0)).toEqual([
    { kernel: 'v6.4', same: ['v6.12'] },
  ]);
});

describe('spec and core agree in every transition', () => {
  it.each(ENTRIES.map((entry) => [nameOf(entry), entry] as const))('%s', (name, entry) => {
    const { maxStates } = entry;
    check(name, compareCore(worldOf(entry), maxStates === undefined ? {} : { maxStates }));
  });
});
