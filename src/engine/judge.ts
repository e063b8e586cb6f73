import { foundInState, foundInStep } from '../../spec/properties/judge.ts';
import type { Property, Step } from '../../spec/properties/property.ts';
import type { World } from '../../spec/world/world.ts';

/** Whether a property says something of states. */
export function judgesStates({ rules }: Property): boolean {
  return rules.some(({ on }) => on === 'state' || on === 'entry');
}

/** Whether a property says something of steps. */
export function judgesSteps({ rules }: Property): boolean {
  return rules.some(({ on }) => on === 'step' || on === 'step entry');
}

/** What a property finds in a step or in the state behind it, in words; null if nothing. */
export function foundBehind(property: Property, world: World, step: Step): string | null {
  return foundInState(property, world, step.after) ?? foundInStep(property, world, step);
}
