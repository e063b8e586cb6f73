import { describe, expect, it } from 'vitest';
import { LAYOUT_NAMES, nameOf, type Scope, worldOf } from '../scopes.ts';
import { compareAll } from './breadth-first.ts';

/** Small enough to be taken whole; more are in `npm run test:exhaustive`. */
const WHOLE: readonly (readonly [scope: Scope, states: number])[] = [
  ...(['v5.12', 'patch', 'v6.12', 'naive'] as const).map(
    (kernel) =>
      [
        { layout: 'minimal', bounds: { spaces: 1, pcids: 1, cachedRoots: 0 }, kernel },
        kernel === 'v5.12' ? 42 : 44,
      ] as const,
  ),
  [{ layout: 'minimal', bounds: { spaces: 1, cachedRoots: 1 }, kernel: 'v6.12' }, 289],
  [
    {
      layout: 'shared',
      bounds: { spaces: 1, userPages: 1, pcids: 1, cachedRoots: 0 },
      kernel: 'v5.13',
      contract: 'sdm',
    },
    92,
  ],
];

describe('spec and memo agree in every transition', () => {
  it.each(WHOLE.map(([scope, states]) => [nameOf(scope), scope, states] as const))(
    '%s',
    (_, scope, states) => {
      const compared = compareAll(worldOf(scope));
      expect(compared.difference).toBeNull();
      expect(compared.states).toBe(states);
    },
  );
});

const PREFIXES: readonly Scope[] = [
  ...LAYOUT_NAMES.map((layout, i): Scope => ({ layout, kernel: i % 2 === 0 ? 'v6.12' : 'v5.13' })),
  { layout: 'kernel', kernel: 'patch', contract: 'sdm' },
  { layout: 'deep', kernel: 'v5.16' },
  { layout: 'vpids', bounds: { spaces: 2, pcids: 2 }, kernel: 'v6.12' },
  { layout: 'faults', bounds: { spaces: 2 }, kernel: 'v5.18' },
  { layout: 'races', kernel: 'v6.12', set: { staleFault: 'install-obsolete' } },
];

/** States of a prefix in which every event is taken. */
const STATES = 5;

describe(`spec and memo agree in every transition of the first ${STATES} states`, () => {
  it.each(PREFIXES.map((scope) => [nameOf(scope), scope] as const))('%s', (_, scope) => {
    expect(compareAll(worldOf(scope), STATES)).toMatchObject({ states: STATES, difference: null });
  });
});
