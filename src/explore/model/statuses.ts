import { ALWAYS } from '../../../spec/properties/always.ts';
import type { Machine, World } from '../../../spec/state/machine.ts';
import type { Replay, ReplayStep } from '../../replay/replay.ts';

/** How a property fares around one step. */
export interface PropertyStatus {
  readonly name: string;
  readonly doc: string;
  /** What is wrong in the state before; null where the property holds, undefined where it does not apply. */
  readonly before: string | null | undefined;
  /** What is wrong with the step, for a property of steps. */
  readonly during: string | null | undefined;
  /** What is wrong in the state after. */
  readonly after: string | null | undefined;
}

/** Every *always* property before, at and after step `at` of a replay; at 0, of the start. */
export function statusesAt(world: World, replay: Replay, at: number): PropertyStatus[] {
  const step = replay.steps[at - 1];
  const before = step?.before;
  const after: Machine = step?.after ?? replay.start;
  return ALWAYS.map((property) => {
    const { name, doc } = property;
    if (property.on === 'step') {
      const during = step === undefined ? undefined : property.violation(world, stepOf(step));
      return { name, doc, before: undefined, during, after: undefined };
    }
    return {
      name,
      doc,
      before: before === undefined ? undefined : property.violation(world, before),
      during: undefined,
      after: property.violation(world, after),
    };
  });
}

function stepOf({ before, event, exit, after }: ReplayStep) {
  return { before, event, exit, after };
}
