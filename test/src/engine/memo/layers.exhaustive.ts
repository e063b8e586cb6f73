import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/checker/random.ts';
import { KERNEL_NAMES, nameOf, type Scope, someDecisions, worldOf } from '../scopes.ts';
import { searchWorld } from './layers.ts';
import { SMALL } from './small.ts';

const random = new Random(8);

/** Each place under so many kernels. */
const KERNELS_EACH = 24;

const SCOPES = SMALL.flatMap(({ layout, bounds, contract }) =>
  Array.from({ length: KERNELS_EACH }, (_, i): Scope => {
    const kernel = KERNEL_NAMES[random.below(KERNEL_NAMES.length)] as Scope['kernel'];
    return { layout, bounds, contract, kernel, set: someDecisions(random, i % 4) };
  }),
);

describe('a search with TLBs apart says what one of whole states says', () => {
  it.each(SCOPES.map((scope, i) => [`${i} ${nameOf(scope)}`, scope] as const))('%s', async (_, scope) => {
    const world = worldOf(scope);
    for (const symmetry of [false, true]) {
      for (const toTheEnd of [false, true]) {
        const whole = await searchWorld(world, 'whole', { symmetry, toTheEnd });
        const apart = await searchWorld(world, 'apart', { symmetry, toTheEnd });
        expect(apart.verdict).toEqual(whole.verdict);
      }
    }
  });
});
