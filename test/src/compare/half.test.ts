import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import type { Event } from '../../../spec/events/event.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { invlpg } from '../../../spec/reducers/invlpg.ts';
import { WORK_NAMES } from '../../../spec/state/work.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import { step } from '../../../spec/step/step.ts';
import type { World } from '../../../spec/world/world.ts';
import { Random } from '../../../src/checker/random.ts';
import { halfOf } from '../../../src/compare/half.ts';
import { rowLayout } from '../../../src/engine/rows/layout.ts';
import { Packer } from '../../../src/engine/views/pack.ts';

const STEPS = 200;
const LENGTH = 40;
const NAMED: readonly KernelName[] = ['v5.13', 'patch', 'v6.12', 'naive'];
const WORLDS: readonly (readonly [string, World])[] = Object.values(LAYOUTS).flatMap((layout) =>
  NAMED.map((name): readonly [string, World] => {
    const kernel = KERNELS[name];
    return [`${name}, ${layout.name}`, { kernel, layout: buildLayout(layout), contract: CONTRACTS.kvm }];
  }),
);

/** Walks at random, anew after some events, and holds each step of a half against the spec's whole step. */
function walk(world: World): void {
  const { layout, contract, kernel } = world;
  const strayRoots = kernel.reducers !== undefined;
  const rows = rowLayout(layout, contract, {
    tlbs: 'hardware',
    loadedApart: false,
    strayRoots,
    smepRole: kernel.smepRole,
  });
  const packer = new Packer(layout, rows);
  const random = new Random(7);
  const half = halfOf(world);
  const expected = new Int32Array(half.words);
  half.begin();
  let machine = initialMachine(world);
  for (let n = 1; n <= STEPS; n++) {
    const event = random.below(layout.events.length);
    const { outcome, sees } = step(world, machine, layout.events[event] as Event);
    const took = half.step(event);
    expect(took).toBe(outcome === 'ok');
    if (took) {
      packer.pack(machine, expected);
      expect([[...half.row], half.work(), half.sees()]).toEqual([
        [...expected],
        WORK_NAMES.map((name) => machine.work[name]),
        sees,
      ]);
    }
    if (took && n % LENGTH > 0) continue;
    half.begin();
    machine = initialMachine(world);
  }
}

describe('a half does what the spec does, without the TLB of the guest', () => {
  it.each(WORLDS)('%s', (_, world) => walk(world));

  it.each(WORLDS)('with a reducer of its own: %s', (_, world) => {
    walk({ ...world, kernel: { ...world.kernel, reducers: { invlpg } } });
  });
});
