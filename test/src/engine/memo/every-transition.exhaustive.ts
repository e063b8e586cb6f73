import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/checker/random.ts';
import {
  DISTINCT_KERNELS,
  LAYOUT_NAMES,
  nameOf,
  type Scope,
  someContract,
  someDecisions,
  worldOf,
} from '../scopes.ts';
import { compareAll } from './breadth-first.ts';

const WHOLE: readonly Scope[] = [
  ...DISTINCT_KERNELS.flatMap((kernel): Scope[] => [
    { layout: 'minimal', bounds: { pcids: 1, cachedRoots: 1 }, kernel },
    { layout: 'minimal', bounds: { spaces: 1 }, kernel },
    { layout: 'shared', bounds: { userPages: 1, pcids: 1, cachedRoots: 1 }, kernel },
    { layout: 'kernel', bounds: { spaces: 1, pcids: 1, cachedRoots: 0 }, kernel },
    { layout: 'races', bounds: { pcids: 1, cachedRoots: 0 }, kernel },
    { layout: 'vpids', bounds: { spaces: 1 }, kernel },
  ]),
  { layout: 'minimal', bounds: { cachedRoots: 1 }, kernel: 'patch' },
  { layout: 'window', bounds: { spaces: 1, kernelPages: 1 }, kernel: 'v6.12' },
  { layout: 'faults', bounds: { cachedRoots: 0 }, kernel: 'v6.12' },
  { layout: 'nested', bounds: { spaces: 1, cachedRoots: 1 }, kernel: 'v6.12' },
];

describe('spec and memo agree in every transition', () => {
  it.each(WHOLE.map((scope) => [nameOf(scope), scope] as const))('%s', (_, scope) => {
    expect(compareAll(worldOf(scope)).difference).toBeNull();
  });
});

const random = new Random(4);

const PREFIXES: readonly Scope[] = LAYOUT_NAMES.flatMap((layout) =>
  DISTINCT_KERNELS.flatMap((kernel): Scope[] => [
    { layout, kernel },
    { layout, kernel, set: someDecisions(random, 3), contract: someContract(random) },
  ]),
);

describe('spec and memo agree in every transition of the first 500 states', () => {
  it.each(PREFIXES.map((scope) => [nameOf(scope), scope] as const))('%s', (_, scope) => {
    expect(compareAll(worldOf(scope), 500).difference).toBeNull();
  });
});
