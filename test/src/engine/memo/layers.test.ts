import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/checker/random.ts';
import { KERNEL_NAMES, nameOf, type Scope, someDecisions, worldOf } from '../scopes.ts';
import { searchWorld } from './layers.ts';
import { SMALL } from './small.ts';

const random = new Random(7);

/** Every third place once, under kernels with up to three decisions changed, in turns. */
const SCOPES = SMALL.filter((_, i) => i % 3 === 1).map(({ layout, bounds, contract }, i): Scope => {
  const kernel = KERNEL_NAMES[random.below(KERNEL_NAMES.length)] as Scope['kernel'];
  return { layout, bounds, contract, kernel, set: someDecisions(random, i % 4) };
});

describe('a search with TLBs apart says what one of whole states says', () => {
  it.each(SCOPES.map((scope, i) => [nameOf(scope), scope, i] as const))('%s', async (_, scope, i) => {
    const world = worldOf(scope);
    const how = { symmetry: i % 2 === 1, toTheEnd: i % 3 !== 0 };
    const whole = await searchWorld(world, 'whole', how);
    const apart = await searchWorld(world, 'apart', how);
    expect(apart.verdict).toEqual(whole.verdict);
    if (!how.toTheEnd) return;
    expect(whole.verdict.complete).toBe(true);
    expect(apart.states).toBeLessThanOrEqual(whole.states);
  });
});
