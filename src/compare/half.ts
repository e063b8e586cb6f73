import type { Frame } from '../../spec/state/names.ts';
import type { World } from '../../spec/world/world.ts';
import { REFUSED } from '../checker/model.ts';
import { memoMachine } from '../engine/memo/model.ts';

/**
 * One of the two machines that are compared: its state is in `row`, and what its last step showed beside it. It has no
 * TLB of the guest's, which is what KVM is judged by and nothing that KVM or the processor looks at: so fewer states
 * tell the same.
 */
export interface Half {
  /** Words of a state. */
  readonly words: number;
  /** The state. */
  readonly row: Int32Array;
  /** Puts the initial state into the row. */
  readonly begin: () => void;
  /** Takes an event of the layout; whether it was carried out. If not, the row's content is lost. */
  readonly step: (event: number) => boolean;
  /** What the last step cost, by number of a count. */
  readonly work: () => readonly number[];
  /** The frames that the last step may have read. */
  readonly sees: () => readonly Frame[];
}

/** A machine of a world. */
export function halfOf(world: World): Half {
  const { rows, stepper, initial } = memoMachine(world, 'hardware', { tells: true });
  const row = new Int32Array(rows.words);
  return {
    words: rows.words,
    row,
    begin: () => initial(row),
    step: (event) => stepper.step(row, event, 0) !== REFUSED,
    work: () => stepper.workDone(),
    sees: () => stepper.framesSeen(),
  };
}
