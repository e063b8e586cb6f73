import type { Machine } from '../../../spec/state/machine.ts';
import type { World } from '../../../spec/world/world.ts';
import { changesBetween } from '../../picture/changes.ts';
import type { Change } from '../../picture/picture.ts';
import type { ReplayStep } from '../../replay/replay.ts';

/** One of the three parts of a step. */
export interface Phase {
  readonly name: 'exit' | 'enter' | 'speculate';
  readonly doc: string;
  readonly changes: readonly Change[];
}

/** Takes a step apart: what the handler did, what the entry did, what the TLBs took in. */
export function phasesOf({ layout }: World, step: ReplayStep): Phase[] {
  const { before, exited, entered, after } = step;
  const phase = (name: Phase['name'], doc: string, from: Machine, machine: Machine): Phase => ({
    name,
    doc,
    changes: changesBetween(layout, from, machine),
  });
  return [
    phase('exit', 'the handler of the event edits state and raises requests', before, exited),
    phase('enter', 'requests are served, then the root is loaded if there is none', exited, entered),
    phase('speculate', 'both TLBs take in what they may', entered, after),
  ];
}
