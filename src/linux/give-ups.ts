import { GAVE_UP } from '../engine/memo/goals.ts';
import { type Replay, type ReplayStep, replayOf } from '../replay/replay.ts';
import type { PlainLinux } from './plain.ts';

/** A replay on Linux's own code, with the steps at which the code gave up. */
export function withGiveUps({ start, steps }: Replay, plain: PlainLinux): Replay {
  return replayOf(
    start,
    steps.map((step) => withGiveUp(step, plain)),
  );
}

function withGiveUp(step: ReplayStep, plain: PlainLinux): ReplayStep {
  const message = plain.whyNot(step.before, step.event, step.outcome);
  if (message === null) return step;
  return { ...step, breaches: [...step.breaches, { property: GAVE_UP.name, message }] };
}
