import { ALWAYS } from '../../../spec/properties/always.ts';
import { foundInState, foundInStep } from '../../../spec/properties/judge.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import type { World } from '../../../spec/world/world.ts';
import { judgesStates, judgesSteps } from '../../engine/judge.ts';
import type { Replay } from '../../replay/replay.ts';

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
  const after: Machine = step?.after ?? replay.start;
  return ALWAYS.map((property) => {
    const { name, doc } = property;
    const ofState = (machine: Machine | undefined) =>
      machine === undefined || !judgesStates(property) ? undefined : foundInState(property, world, machine);
    const during =
      step === undefined || !judgesSteps(property) ? undefined : foundInStep(property, world, step);
    return { name, doc, before: ofState(step?.before), during, after: ofState(after) };
  });
}
