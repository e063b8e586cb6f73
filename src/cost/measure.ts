import { isDeepStrictEqual } from 'node:util';
import { CONTRACTS } from '../../spec/contracts/named.ts';
import type { Event } from '../../spec/events/event.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import { copyMachine } from '../../spec/schema/copy.ts';
import type { Machine } from '../../spec/state/machine.ts';
import { noWork, WORK_NAMES, type Work } from '../../spec/state/work.ts';
import { initialMachine } from '../../spec/step/initial.ts';
import type { OverriddenKernel, World } from '../../spec/world/world.ts';
import { parseTrace } from '../trace/parse.ts';
import { stepWithoutTlbs } from './step.ts';
import type { Workload } from './workload.ts';

/** The world in which a kernel carries out a workload. No count depends on the contract. */
export function worldFor(kernel: OverriddenKernel, { layout, bounds }: Workload): World {
  return { kernel, layout: buildLayout(layout, bounds), contract: CONTRACTS.sdm };
}

/**
 * What so many events of a workload cost on a kernel, after its setup and one turn to warm up.
 *
 * The spec's recipes carry them out as they stand: few events are met twice in one state before a turn ends in the
 * state in which it began. It would do the same for ever, so from then on whole turns are counted and not run again.
 */
export function measure(kernel: OverriddenKernel, workload: Workload, events: number): Work {
  const world = worldFor(kernel, workload);
  const read = (lines: readonly string[]): Event[] =>
    parseTrace(lines.join('\n'), world.layout).map(({ event }) => event);
  const turn = read(workload.turn);
  const machine = initialMachine(world);
  run(world, machine, read(workload.setup));
  run(world, machine, turn);

  const total = noWork();
  let left = events;
  while (left >= turn.length) {
    const before = copyMachine(machine);
    const work = run(world, machine, turn);
    const turns = isSameState(before, machine) ? Math.floor(left / turn.length) : 1;
    add(total, work, turns);
    left -= turns * turn.length;
  }
  add(total, run(world, machine, turn.slice(0, left)), 1);
  return total;
}

/** Carries out events; what they cost in all. */
function run(world: World, machine: Machine, events: readonly Event[]): Work {
  const total = noWork();
  for (const event of events) {
    if (!stepWithoutTlbs(world, machine, event)) throw new Error('a workload with an event that faults');
    add(total, machine.work, 1);
  }
  return total;
}

function isSameState(one: Machine, other: Machine): boolean {
  return isDeepStrictEqual({ ...one, work: null }, { ...other, work: null });
}

function add(total: Work, work: Work, times: number): void {
  for (const name of WORK_NAMES) total[name] += times * work[name];
}
