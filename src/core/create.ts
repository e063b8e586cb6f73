import { WORK_NAMES } from '../../spec/state/work.ts';
import type { World } from '../../spec/world/world.ts';
import type { CoreEvent } from './event.ts';
import { coreEvent } from './event.ts';
import type { Core } from './machine.ts';
import { rowLayout } from './row/layout.ts';
import { NOTES } from './row/notes.ts';

/**
 * A core for a world, its row zero, with the layout's events looked up.
 *
 * @param counting whether its steps count their work
 * @throws Error for a kernel with reducers of its own, of which the core has no twin
 */
export function createCore(world: World, counting = false): { core: Core; events: readonly CoreEvent[] } {
  if (world.kernel.reducers !== undefined)
    throw new Error("cannot happen: the core is to run reducers that are not vtlb's own");
  const layout = rowLayout(world.layout, world.contract);
  return {
    core: {
      row: new Int32Array(layout.bufferWords),
      layout,
      kernel: world.kernel,
      contract: world.contract,
      noted: new Int32Array(Math.ceil(NOTES.length / 32)),
      settled: new Int32Array(Math.ceil(NOTES.length / 32)),
      counting,
      work: new Int32Array(WORK_NAMES.length),
      sees: new Int32Array(1),
    },
    events: world.layout.events.map((event) => coreEvent(world.layout, layout, event)),
  };
}
