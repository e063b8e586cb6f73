import { ALWAYS } from '../../../spec/properties/always.ts';
import { foundInState, foundInStep } from '../../../spec/properties/judge.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { judgesStates, judgesSteps } from '../../engine/judge.ts';
import { GAVE_UP } from '../../engine/memo/goals.ts';
import type { Replay, ReplayStep } from '../../replay/replay.ts';
import type { ShownWorld } from './shown-world.ts';

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

/**
 * Every *always* property before, at and after step `at` of a replay; at 0, of the start. Of Linux's own code also whether
 * it gave up.
 */
export function statusesAt(world: ShownWorld, replay: Replay, at: number): PropertyStatus[] {
  const step = replay.steps[at - 1];
  const after: Machine = step?.after ?? replay.start;
  const statuses = ALWAYS.map((property) => {
    const { name, doc } = property;
    const ofState = (machine: Machine | undefined) =>
      machine === undefined || !judgesStates(property) ? undefined : foundInState(property, world, machine);
    const during =
      step === undefined || !judgesSteps(property) ? undefined : foundInStep(property, world, step);
    return { name, doc, before: ofState(step?.before), during, after: ofState(after) };
  });
  return world.code === undefined ? statuses : [...statuses, giveUpAt(step)];
}

function giveUpAt(step: ReplayStep | undefined): PropertyStatus {
  const { name } = GAVE_UP;
  const breach = step?.breaches.find(({ property }) => property === name);
  const doc = 'the code comes to an end of every event, and faults where the processor does';
  return { name, doc, before: undefined, during: step && (breach?.message ?? null), after: undefined };
}
