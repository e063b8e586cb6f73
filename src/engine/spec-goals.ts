import { ALWAYS } from '../../spec/properties/always.ts';
import { flushesOrdered } from '../../spec/properties/flushes-ordered.ts';
import { foundInState, foundInStep } from '../../spec/properties/judge.ts';
import type { Step } from '../../spec/properties/property.ts';
import { SOMETIMES } from '../../spec/properties/sometimes.ts';
import type { Machine } from '../../spec/state/machine.ts';
import type { World } from '../../spec/world/world.ts';
import { foundBehind, judgesStates, judgesSteps } from './judge.ts';
import { FOUND, GOALS } from './memo/goals.ts';

const bitOf = (name: string) => FOUND[name] as number;

const STATE_PROPERTIES = ALWAYS.filter(judgesStates);
const STEP_PROPERTIES = ALWAYS.filter(judgesSteps);

/** Every goal of the memo, as a mask. `flushes-ordered` is none: the spec itself answers it. */
export const EVERY_GOAL = GOALS.slice(0, -1).reduce((mask, { name }) => mask | bitOf(name), 0);

/** What the spec's own properties find in a state, of what is wanted, as a mask of goals. */
export function stateGoals(world: World, machine: Machine, wanted: number): number {
  const found = maskOf(STATE_PROPERTIES, wanted, (property) => foundInState(property, world, machine));
  return found | maskOf([flushesOrdered], wanted, ({ violation }) => violation(world, machine));
}

/**
 * What the spec's own properties find in a step, of what is wanted, as a mask of goals. A step is a witness too
 * when the state behind it is.
 */
export function stepGoals(world: World, step: Step, wanted: number): number {
  const found = maskOf(STEP_PROPERTIES, wanted, (property) => foundInStep(property, world, step));
  return found | maskOf(SOMETIMES, wanted, (property) => foundBehind(property, world, step));
}

function maskOf<P extends { readonly name: string }>(
  properties: readonly P[],
  wanted: number,
  ask: (property: P) => string | null,
): number {
  return properties.reduce((found, property) => {
    const bit = bitOf(property.name);
    return (wanted & bit) !== 0 && ask(property) !== null ? found | bit : found;
  }, 0);
}

/** The names in a mask of goals. */
export function namesOf(goals: number): string {
  const names = GOALS.filter(({ name }) => (goals & bitOf(name)) !== 0).map(({ name }) => name);
  return names.length === 0 ? 'no goal' : names.join(', ');
}
