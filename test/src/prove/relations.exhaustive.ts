import { expect, it } from 'vitest';
import type { Kernel } from '../../../spec/kernels/decisions.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import type { LayoutName } from '../../../spec/layouts/named.ts';
import { LEFT_OUT } from '../../../spec/proof/modelled.ts';
import { applyMutant, mutantsOf } from '../../../src/mutate/mutants.ts';
import { searchBeside, WIDE, walkBeside, worldOf } from './beside.ts';

const LAYOUTS: readonly (readonly [LayoutName, Partial<Bounds>])[] = [
  ['minimal', { spaces: 1 }],
  ['minimal', { pcids: 1, cachedRoots: 1 }],
  ['kernel', { userPages: 0, pcids: 1, cachedRoots: 1 }],
  ['shared', { userPages: 1, pcids: 1, cachedRoots: 1 }],
  ['faults', {}],
  ['smp', { pcids: 1, userPages: 0, kernelPages: 1, cachedRoots: 1 }],
];

it.each(LAYOUTS.map(([layout, bounds]) => [layout, JSON.stringify(bounds), bounds] as const))(
  'every reachable state of %s %s, every event, under each release',
  (layout, _, bounds) => {
    for (const [kernel, decisions] of Object.entries(KERNELS)) {
      const { differences, complete } = searchBeside(worldOf(decisions, layout, bounds));
      expect([kernel, differences, complete]).toEqual([kernel, [], true]);
    }
  },
);

const MUTANTS: readonly (readonly [string, Kernel])[] = (['v5.12', 'v5.18', 'v6.12'] as const).flatMap(
  (base) =>
    mutantsOf(KERNELS[base])
      .filter(({ decision }) => !Object.hasOwn(LEFT_OUT, decision))
      // The relations refuse it.
      .filter(({ to }) => base !== 'v5.18' || to !== 'current-and-guest')
      .map(
        (mutant) => [`${base} ${mutant.decision}=${mutant.to}`, applyMutant(KERNELS[base], mutant)] as const,
      ),
);

it.each(MUTANTS)('%s: walks over three of everything, and the first states of a search', (_, kernel) => {
  for (const seed of [1, 2, 3])
    expect(walkBeside(worldOf(kernel, 'kernel', WIDE), 1000, seed).differences).toEqual([]);
  expect(searchBeside(worldOf(kernel, 'shared', { cachedRoots: 1 }), 300).differences).toEqual([]);
});
