import { expect } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { initialMachine } from '../../../spec/layouts/initial.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import type { World } from '../../../spec/state/machine.ts';
import { inPlaceEngine } from '../../../src/engine/in-place.ts';
import { pureEngine } from '../../../src/engine/pure.ts';
import { Codec } from '../../../src/search/codec.ts';
import { Visited } from '../../../src/search/visited.ts';
import { formatEvent } from '../../../src/trace/print.ts';

/**
 * Finds every reachable state of `minimal` with the in-place gear, and takes every event in each with the
 * pure gear too. Both must agree in outcome, requests, what is read, and state.
 *
 * @returns states found, and steps compared
 */
export function compareEngines(
  kernel: KernelName,
  bounds: Partial<Bounds>,
): { states: number; steps: number } {
  const layout = buildLayout(LAYOUTS.minimal, bounds);
  const world: World = { layout, kernel: KERNELS[kernel], contract: CONTRACTS.kvm };
  const codec = new Codec(layout);
  const visited = new Visited(layout.events);
  visited.add(codec.write(initialMachine(world)), null);
  let steps = 0;
  for (let state = 0; state < visited.size; state++) {
    const key = visited.keyOf(state);
    const before = codec.read(key);
    for (const [e, event] of layout.events.entries()) {
      const inPlace = inPlaceEngine.step(world, before, event);
      visited.add(codec.write(inPlace.machine), { state, event: e });
      steps++;
      const pure = pureEngine.step(world, before, event);
      const agree =
        codec.write(pure.machine) === codec.write(inPlace.machine) &&
        pure.exit.outcome === inPlace.exit.outcome &&
        pure.exit.requests.join() === inPlace.exit.requests.join() &&
        pure.exit.sees.join() === inPlace.exit.sees.join();
      if (!agree) {
        const trace = visited.traceTo(state).map(formatEvent);
        expect.soft(pure, `after ${trace.join('; ')}: ${formatEvent(event)}`).toEqual(inPlace);
        throw new Error('the gears disagree');
      }
      if (steps % 1000 === 0) expect(codec.write(before)).toBe(key);
    }
  }
  return { states: visited.size, steps };
}
