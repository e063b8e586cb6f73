import { ALWAYS } from '../../spec/properties/always.ts';
import type { StateProperty, Step, StepProperty } from '../../spec/properties/property.ts';
import { SOMETIMES } from '../../spec/properties/sometimes.ts';
import type { Machine, World } from '../../spec/state/machine.ts';
import { FINDINGS, FOUND } from '../core/findings.ts';

const bitOf = (name: string) => FOUND[name] as number;

const STATE_PROPERTIES = ALWAYS.filter((property): property is StateProperty => property.on === 'state').map(
  (property) => ({ ...property, bit: bitOf(property.name) }),
);
const STEP_PROPERTIES = ALWAYS.filter((property): property is StepProperty => property.on === 'step').map(
  (property) => ({ ...property, bit: bitOf(property.name) }),
);
const WITNESSED = SOMETIMES.map((property) => ({ ...property, bit: bitOf(property.name) }));

/** Every finding of the core, as a mask. `flushes-ordered` is none: the spec itself answers it. */
export const EVERY_FINDING = FINDINGS.slice(0, -1).reduce((mask, { name }) => mask | bitOf(name), 0);

/** What the spec's own properties find in a state, as the core's mask of findings. */
export function stateFindings(world: World, machine: Machine): number {
  let found = 0;
  for (const { bit, violation } of STATE_PROPERTIES) if (violation(world, machine) !== null) found |= bit;
  return found;
}

/** What the spec's own properties find in a step, as the core's mask of findings. */
export function stepFindings(world: World, step: Step): number {
  let found = 0;
  for (const { bit, violation } of STEP_PROPERTIES) if (violation(world, step) !== null) found |= bit;
  for (const { bit, witnessedBy } of WITNESSED) if (witnessedBy(world, step)) found |= bit;
  return found;
}

/** The names in a mask of findings. */
export function namesOf(findings: number): string {
  const names = FINDINGS.filter(({ name }) => (findings & bitOf(name)) !== 0).map(({ name }) => name);
  return names.length === 0 ? 'no finding' : names.join(', ');
}
