import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import type { World } from '../../../spec/world/world.ts';
import { inPlaceEngine } from '../../../src/engine/in-place.ts';
import { pureEngine } from '../../../src/engine/pure.ts';
import { arbitraryEvent } from '../../../src/testing/arbitrary-event.ts';

const KERNEL_NAMES = Object.keys(KERNELS) as KernelName[];

describe('the pure and the in-place gear agree on random walks', () => {
  it.each(Object.keys(LAYOUTS) as LayoutName[])(
    'over %s, with more spaces and pages, on every kernel',
    (name) => {
      const layout = buildLayout(LAYOUTS[name], { spaces: 3, userPages: 2, kernelPages: 1 });
      const walks = fc.tuple(
        fc.constantFrom(...KERNEL_NAMES),
        fc.constantFrom(CONTRACTS.sdm, CONTRACTS.kvm),
        fc.array(arbitraryEvent(layout), { minLength: 1, maxLength: 60, size: 'max' }),
      );
      fc.assert(
        fc.property(walks, ([kernel, contract, events]) => {
          const world: World = { layout, kernel: KERNELS[kernel], contract };
          let pure = initialMachine(world);
          let inPlace = initialMachine(world);
          for (const event of events) {
            const one = pureEngine.step(world, pure, event);
            const other = inPlaceEngine.step(world, inPlace, event);
            expect(one).toEqual(other);
            pure = one.machine;
            inPlace = other.machine;
          }
        }),
        { numRuns: 40 },
      );
    },
  );
});
