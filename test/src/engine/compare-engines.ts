import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import type { World } from '../../../spec/world/world.ts';
import { inPlaceEngine } from '../../../src/engine/in-place.ts';
import { pureEngine } from '../../../src/engine/pure.ts';
import { formatEvent } from '../../../src/trace/print.ts';
import { FoundMachines } from '../../found-machines.ts';

/**
 * Finds every reachable state of `minimal` with the in-place gear, and takes every event in each with the
 * pure gear too. Both must agree in outcome, requests, what is read, and the whole machine.
 *
 * @returns states found, and steps compared
 */
export function compareEngines(
  kernel: KernelName,
  bounds: Partial<Bounds>,
): { states: number; steps: number } {
  const layout = buildLayout(LAYOUTS.minimal, bounds);
  const world: World = { layout, kernel: KERNELS[kernel], contract: CONTRACTS.kvm };
  const found = new FoundMachines(world);
  found.add(initialMachine(world), null);
  let steps = 0;
  for (let state = 0; state < found.size; state++) {
    const before = found.machine(state);
    for (const [e, event] of layout.events.entries()) {
      const inPlace = inPlaceEngine.step(world, before, event);
      found.add(inPlace.machine, [state, e]);
      steps++;
      const pure = pureEngine.step(world, before, event);
      if (!isDeepStrictEqual(pure, inPlace)) {
        const trace = found.traceTo(state).map(formatEvent);
        expect.soft(pure, `after ${trace.join('; ')}: ${formatEvent(event)}`).toEqual(inPlace);
        throw new Error('the gears disagree');
      }
      if (steps % 1000 === 0) expect(before).toEqual(found.machine(state));
    }
  }
  return { states: found.size, steps };
}
