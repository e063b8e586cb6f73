import { ALWAYS } from '../../spec/properties/always.ts';
import { flushesOrdered } from '../../spec/properties/flushes-ordered.ts';
import type { StateProperty, Step, StepProperty } from '../../spec/properties/property.ts';
import { SOMETIMES } from '../../spec/properties/sometimes.ts';
import type { Machine, World } from '../../spec/state/machine.ts';
import { FINDINGS, FOUND } from '../core/findings.ts';

const bitOf = (name: string) => FOUND[name] as number;

const withBit = <P extends { readonly name: string }>(property: P) => ({
  ...property,
  bit: bitOf(property.name),
});

const STATE_PROPERTIES = [...ALWAYS, flushesOrdered]
  .filter((property): property is StateProperty => property.on === 'state')
  .map(withBit);
const STEP_PROPERTIES = ALWAYS.filter((property): property is StepProperty => property.on === 'step').map(
  withBit,
);
const WITNESSED = SOMETIMES.map(withBit);

/** Every finding of the core, as a mask. `flushes-ordered` is none: the spec itself answers it. */
export const EVERY_FINDING = FINDINGS.slice(0, -1).reduce((mask, { name }) => mask | bitOf(name), 0);

/** What the spec's own properties find in a state, of what is wanted, as a mask of findings. */
export function stateFindings(world: World, machine: Machine, wanted: number): number {
  let found = 0;
  for (const { bit, violation } of STATE_PROPERTIES)
    if ((wanted & bit) !== 0 && violation(world, machine) !== null) found |= bit;
  return found;
}

/** What the spec's own properties find in a step, of what is wanted, as a mask of findings. */
export function stepFindings(world: World, step: Step, wanted: number): number {
  let found = 0;
  for (const { bit, violation } of STEP_PROPERTIES)
    if ((wanted & bit) !== 0 && violation(world, step) !== null) found |= bit;
  for (const { bit, witnessedBy } of WITNESSED)
    if ((wanted & bit) !== 0 && witnessedBy(world, step)) found |= bit;
  return found;
}

/** The names in a mask of findings. */
export function namesOf(findings: number): string {
  const names = FINDINGS.filter(({ name }) => (findings & bitOf(name)) !== 0).map(({ name }) => name);
  return names.length === 0 ? 'no finding' : names.join(', ');
}
