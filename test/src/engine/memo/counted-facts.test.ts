import { describe, expect, it } from 'vitest';
import { nameOf, type Scope, worldOf } from '../scopes.ts';
import { countFacts, factsOfMachines, factsOfSteps, searchWorld } from './layers.ts';

/** With what was loaded among the facts, in the states because translations are global, and nowhere. */
const SCOPES: readonly Scope[] = [
  { layout: 'minimal', bounds: { pcids: 1, cachedRoots: 1 }, kernel: 'patch' },
  { layout: 'kernel', bounds: { spaces: 1, pcids: 1, cachedRoots: 0 }, kernel: 'v5.13' },
  { layout: 'faults', bounds: { cachedRoots: 1 }, kernel: 'v6.12', contract: 'sdm' },
  { layout: 'vpids', bounds: { spaces: 1, cachedRoots: 3 }, kernel: 'v6.12' },
];

describe('facts are what whole states hold', () => {
  it.each(SCOPES.map((scope) => [nameOf(scope), scope] as const))('%s', async (_, scope) => {
    const world = worldOf(scope);
    const ofMachines = factsOfMachines(world);
    const ofSteps = factsOfSteps(world);
    expect(new Map([...ofSteps].sort())).toEqual(new Map([...ofMachines].sort()));
    const { states, facts } = await searchWorld(world, 'apart', { symmetry: false, toTheEnd: true });
    expect([states, facts]).toEqual([ofMachines.size, countFacts(ofMachines)]);
  });
});
