import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { invlpg } from '../../../spec/reducers/invlpg.ts';
import type { World } from '../../../spec/world/world.ts';
import { REFUSED } from '../../../src/checker/model.ts';
import { Random } from '../../../src/checker/random.ts';
import { type Half, halfOf } from '../../../src/compare/half.ts';
import { createCore } from '../../../src/core/create.ts';
import type { CoreEvent } from '../../../src/core/event.ts';
import type { Core } from '../../../src/core/machine.ts';
import { initial } from '../../../src/core/step/initial.ts';
import { step } from '../../../src/core/step/step.ts';

const STEPS = 200;
const LENGTH = 40;
const NAMED: readonly KernelName[] = ['v5.13', 'patch', 'v6.12', 'naive'];
const WORLDS: readonly (readonly [string, World])[] = Object.values(LAYOUTS).flatMap((layout) =>
  NAMED.map((name): readonly [string, World] => {
    const kernel = KERNELS[name];
    return [`${name}, ${layout.name}`, { kernel, layout: buildLayout(layout), contract: CONTRACTS.kvm }];
  }),
);

/** Walks at random, anew after some events, and shows every step to `look`. */
function walk(world: World, begin: () => void, look: (event: number) => boolean): void {
  const random = new Random(7);
  begin();
  for (let n = 1; n <= STEPS; n++)
    if (!look(random.below(world.layout.events.length)) || n % LENGTH === 0) begin();
}

/** The words of a state without what belongs to the guest's TLB. */
function hardwareOf({ row, layout }: Core): number[] {
  const words = [...row.subarray(0, layout.words)];
  for (const { guestTlb, globals, loaded } of layout.vcpus.flatMap((vcpu) => [vcpu, vcpu.otherVpid])) {
    for (const set of [guestTlb, globals, loaded])
      for (const { word, mask } of set.all) words[word] = (words[word] as number) & ~mask;
  }
  return words;
}

const shownBy = ({ row, words, work, sees }: Half) => ({
  row: [...row.subarray(0, words)],
  work: [...work],
  sees: sees(),
});

describe('a half', () => {
  it.each(WORLDS)('does what the core does, though it forgets what the guest TLB holds: %s', (_, world) => {
    const { core, events } = createCore(world, true);
    const half = halfOf(world);
    let forgot = false;
    const begin = () => {
      initial(core);
      half.begin();
    };
    walk(world, begin, (event) => {
      core.work.fill(0);
      const took = (step(core, events[event] as CoreEvent, 0) & REFUSED) === 0;
      expect(half.step(event)).toBe(took);
      if (!took) return false;
      expect(shownBy(half)).toEqual({ row: hardwareOf(core), work: [...core.work], sees: core.sees[0] });
      forgot ||= core.row.subarray(0, half.words).some((word, i) => word !== half.row[i]);
      return true;
    });
    expect(forgot).toBe(true);
  });

  it.each(WORLDS)('by the spec, for reducers of its own, does what one by the core does: %s', (_, world) => {
    const byCore = halfOf(world);
    const bySpec = halfOf({ ...world, kernel: { ...world.kernel, reducers: { invlpg } } });
    const begin = () => {
      byCore.begin();
      bySpec.begin();
    };
    walk(world, begin, (event) => {
      const took = byCore.step(event);
      expect(bySpec.step(event)).toBe(took);
      if (took) expect(shownBy(bySpec)).toEqual(shownBy(byCore));
      return took;
    });
  });
});
