import { describe, it } from 'vitest';
import { CONTRACTS, STRONGER_THAN_KVM } from '../../../spec/contracts/named.ts';
import { compareCore } from '../../../src/differential/compare-core.ts';
import { distinctKernels, type Entry, nameOf, pins, worldOf } from './support.ts';

const check = pins(import.meta.url);
const KERNELS = distinctKernels().map(({ kernel }) => kernel);
const CONTRACT_NAMES = [...Object.values(CONTRACTS), ...STRONGER_THAN_KVM].map(({ name }) => name);

const ENTRIES: readonly Entry[] = [
  ...KERNELS.map((kernel): Entry => ({ kernel, layout: 'minimal' })),
  { kernel: 'patch', contract: 'sdm', layout: 'minimal' },
  { kernel: 'v5.13', contract: 'sdm', layout: 'minimal' },
  { kernel: 'patch', layout: 'shared' },
  ...(['kernel', 'shared', 'deep', 'smp', 'roles'] as const).flatMap((layout) =>
    KERNELS.map((kernel): Entry => ({ kernel, layout, maxStates: 60_000 })),
  ),
  ...CONTRACT_NAMES.map(
    (contract): Entry => ({ kernel: 'v6.12', contract, layout: 'kernel', maxStates: 60_000 }),
  ),
  ...(['everything', 'everything, shared', 'everything, deep', 'everything, deep and shared'] as const).map(
    (layout): Entry => ({ kernel: 'v6.12', layout, maxStates: 30_000 }),
  ),
];

describe('spec and core agree in every transition', () => {
  it.each(ENTRIES.map((entry) => [nameOf(entry), entry] as const))('%s', (name, entry) => {
    const { maxStates } = entry;
    check(name, compareCore(worldOf(entry), maxStates === undefined ? {} : { maxStates }));
  });
});
