import type { Machine } from '../../spec/state/machine.ts';
import type { World } from '../../spec/world/world.ts';
import type { Replay, ReplayStep } from '../replay/replay.ts';
import { formatEvent } from '../trace/print.ts';
import { changesBetween } from './changes.ts';
import type { MachinePicture, Picture, StepPicture } from './picture.ts';
import { NEVER_STALE, type StaleSince, staleSince } from './stale.ts';
import { drawTables } from './tables.ts';
import { drawVcpu } from './vcpu.ts';

/**
 * Draws a state of a replay: `at` = 0 is the start, i the state after step i.
 *
 * @throws RangeError when there is no such state
 */
export function drawPicture(world: World, replay: Replay, at: number): Picture {
  const step = replay.steps[at - 1];
  if (at !== 0 && step === undefined) {
    throw new RangeError(`no state ${at}: expected 0 to ${replay.steps.length}`);
  }
  const past = [replay.start, ...replay.steps.slice(0, at).map(({ after }) => after)];
  const drawn = draw(world, past[at] as Machine, staleSince(world, past));
  return {
    ...drawn,
    at,
    step: step === undefined ? null : stepOf(step),
    changes: step === undefined ? [] : changesBetween(world.layout, step.before, step.after),
  };
}

/** Draws a machine by itself, with nothing marked as stale. */
export function drawMachine(world: World, machine: Machine): MachinePicture {
  return draw(world, machine, NEVER_STALE);
}

function draw(world: World, machine: Machine, since: StaleSince): MachinePicture {
  return {
    vcpus: machine.vcpus.map((_, cpu) => drawVcpu(world, machine, cpu, since)),
    tables: drawTables(world.layout, machine, since),
  };
}

function stepOf({ event, exit, breaches }: ReplayStep): StepPicture {
  const { outcome, requests, sees } = exit;
  return { event: formatEvent(event), cpu: event.cpu, outcome, requests, sees, breaches };
}
