import type { Machine } from '../../spec/state/machine.ts';
import { stepJson } from '../report/replay-json.ts';
import type { TraceRun } from './trace-run.ts';

/**
 * One JSON object a line, told apart by `record`: the `header` says under what the trace was carried out, the
 * `start` has the machine before it, each `step` what `vtlb replay --json` says of it with its work and the
 * machine after it, and the `end` the verdict. What a step of Linux's own code costs is not known.
 */
export function toJsonl(run: TraceRun): string {
  const { kernel, linux, set, contract, layout, lines, world, replay } = run;
  const { bounds } = world.layout;
  const records = [
    { record: 'header', format: 'vtlb-trace', version: 2, kernel, linux, set, contract, layout, bounds },
    { record: 'start', state: stateOf(replay.start) },
    ...replay.steps.map((step, i) => ({
      record: 'step',
      step: i + 1,
      ...stepJson(step, lines[i]),
      ...(linux === undefined && { work: step.after.work }),
      state: stateOf(step.after),
    })),
    { record: 'end', verdict: replay.verdict },
  ];
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/** A machine without what its last step cost, which is no part of the state. */
function stateOf({ work: _, ...state }: Machine): Omit<Machine, 'work'> {
  return state;
}
