import { CONTRACTS } from '../../spec/contracts/named.ts';
import type { Kernel } from '../../spec/kernels/decisions.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import { noWork, WORK_NAMES, type Work } from '../../spec/state/work.ts';
import type { World } from '../../spec/world/world.ts';
import { createCore } from '../core/create.ts';
import { type CoreEvent, coreEvent } from '../core/event.ts';
import type { Core } from '../core/machine.ts';
import { parseTrace } from '../trace/parse.ts';
import { startWithoutTlbs, stepWithoutTlbs } from './run.ts';
import type { Workload } from './workload.ts';

/** The world in which a kernel carries out a workload. No count depends on the contract. */
export function worldFor(kernel: Kernel, { layout, bounds }: Workload): World {
  return { kernel, layout: buildLayout(layout, bounds), contract: CONTRACTS.sdm };
}

/**
 * What so many events of a workload cost on a kernel, after its setup and one turn to warm up.
 *
 * The fast core carries them out. A turn that ends in the state in which it began would do the same for ever,
 * so from then on whole turns are counted and not run again.
 */
export function measure(kernel: Kernel, workload: Workload, events: number): Work {
  const world = worldFor(kernel, workload);
  const { core } = createCore(world, true);
  const read = (lines: readonly string[]): CoreEvent[] =>
    parseTrace(lines.join('\n'), world.layout).map(({ event }) =>
      coreEvent(world.layout, core.layout, event),
    );
  const turn = read(workload.turn);
  startWithoutTlbs(core);
  run(core, read(workload.setup));
  run(core, turn);

  const total = noWork();
  let left = events;
  while (left >= turn.length) {
    const before = stateOf(core);
    core.work.fill(0);
    run(core, turn);
    const comesBack = stateOf(core).every((word, i) => word === before[i]);
    const turns = comesBack ? Math.floor(left / turn.length) : 1;
    add(total, core.work, turns);
    left -= turns * turn.length;
  }
  core.work.fill(0);
  run(core, turn.slice(0, left));
  add(total, core.work, 1);
  return total;
}

function run(core: Core, events: readonly CoreEvent[]): void {
  for (const event of events) {
    if (!stepWithoutTlbs(core, event)) throw new Error('a workload with an event that faults');
  }
}

function stateOf({ row, layout }: Core): Int32Array {
  return row.slice(0, layout.words);
}

function add(total: Work, work: Int32Array, times: number): void {
  for (const [number, name] of WORK_NAMES.entries()) total[name] += times * (work[number] as number);
}
