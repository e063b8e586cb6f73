import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import type { Kernel } from '../../../spec/kernels/decisions.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { leftOut, unknownValues } from '../../../spec/proof/modelled.ts';
import { runJob } from '../../../src/check/job.ts';
import { applyMutant, mutantsOf } from '../../../src/mutate/mutants.ts';
import { limits } from '../check/limits.ts';
import { searchBeside, WIDE, walkBeside, worldOf } from './beside.ts';

/** The releases that differ in a decision that the relations ask, each with the names of its like. */
const RELEASES: readonly (readonly [string, Kernel])[] = (() => {
  const found = new Map<string, readonly [names: readonly string[], Kernel]>();
  for (const [name, kernel] of Object.entries(KERNELS)) {
    const asked = JSON.stringify(
      Object.entries(kernel)
        .filter(([decision]) => !Object.hasOwn(leftOut(3), decision))
        .sort(),
    );
    const [names = []] = found.get(asked) ?? [];
    found.set(asked, [[...names, name], kernel]);
  }
  return [...found.values()].map(([names, kernel]) => [names.join(', '), kernel]);
})();

const isCurrent = (names: string) => names.includes('v6.12');

type Small = readonly [LayoutName, Partial<Bounds>];

const WHOLE: readonly Small[] = [
  ['minimal', { spaces: 1 }],
  ['kernel', { userPages: 0, pcids: 1, cachedRoots: 1 }],
  ['shared', { userPages: 1, pcids: 1, cachedRoots: 1 }],
  ['faults', {}],
  ['nested', { spaces: 1, pcids: 1 }],
];

/** Searched whole under v6.12, and so many first states under the other releases. */
const LARGER: readonly Small[] = [
  ['minimal', { pcids: 1, cachedRoots: 1 }],
  ['deep', { spaces: 1, frames: 1, cachedRoots: 1 }],
];

/** So many first states under v6.12; `smp` has 15,152, the others more than a hundred thousand. */
const PREFIX: readonly (readonly [...Small, first: number])[] = [
  ['smp', { pcids: 1, userPages: 0, kernelPages: 1, cachedRoots: 1 }, 7000],
  ['nested', { pcids: 1, cachedRoots: 1 }, 2000],
  ['deep', { cachedRoots: 1 }, 400],
  ['upper', { cachedRoots: 1 }, 400],
];

/** And so many under the others. */
const FIRST = 400;

const casesOf = (layouts: readonly Small[], isFor: (names: string) => boolean = () => true) =>
  layouts.flatMap(([layout, bounds]) =>
    RELEASES.filter(([names]) => isFor(names)).map(
      ([names, kernel]) => [`${layout} ${JSON.stringify(bounds)}`, names, kernel, layout, bounds] as const,
    ),
  );

describe('every reachable state, every event', () => {
  it.each([...casesOf(WHOLE), ...casesOf(LARGER, isCurrent)])(
    '%s: %s',
    async (_, __, kernel, layout, bounds) => {
      const { differences, complete, states } = searchBeside(worldOf(kernel, layout, bounds));
      expect([differences, complete]).toEqual([[], true]);
      const checked = await runJob(
        {
          kernel,
          contract: CONTRACTS.kvm,
          layout: LAYOUTS[layout],
          bounds,
          tlbs: 'whole',
          flushesOrdered: false,
        },
        { limits: limits() },
      );
      // A VM entry that fails is left out here; a search that breaks something ends.
      if (layout !== 'faults' && checked.complete) expect(states).toBe(checked.states);
    },
  );
});

describe('the first states of a search, every event', () => {
  const others = casesOf(LARGER, (names) => !isCurrent(names)).map((each) => [...each, FIRST] as const);
  const prefixes = PREFIX.flatMap(([layout, bounds, first]) =>
    casesOf([[layout, bounds]]).map((each) => [...each, isCurrent(each[1]) ? first : FIRST] as const),
  );
  it.each([...others, ...prefixes])('%s: %s', (_, __, kernel, layout, bounds, first) => {
    const { differences, states, complete } = searchBeside(worldOf(kernel, layout, bounds), first);
    expect([differences, complete || states === first]).toEqual([[], true]);
  });
});

const MUTANTS: readonly (readonly [string, Kernel])[] = (['v5.12', 'v5.18', 'v6.12'] as const).flatMap(
  (base) =>
    mutantsOf(KERNELS[base])
      .filter(({ decision }) => !Object.hasOwn(leftOut(3), decision))
      .map(
        (mutant) => [`${base} ${mutant.decision}=${mutant.to}`, applyMutant(KERNELS[base], mutant)] as const,
      )
      .filter(([, kernel]) => unknownValues(kernel).length === 0)
      // The relations refuse it.
      .filter(([name]) => name !== 'v5.18 flushRequestClears=current-and-guest'),
);

it.each(MUTANTS)('%s: walks over three of everything, and the first states of a search', (_, kernel) => {
  for (const seed of [1, 2, 3])
    for (const layout of ['kernel', 'deep'] as const)
      expect(walkBeside(worldOf(kernel, layout, WIDE), 1000, seed).differences).toEqual([]);
  expect(searchBeside(worldOf(kernel, 'shared', { cachedRoots: 1 }), 300).differences).toEqual([]);
  expect(searchBeside(worldOf(kernel, 'nested', { spaces: 1, pcids: 1 }), 300).differences).toEqual([]);
});
