import { ALWAYS } from '../../../spec/properties/always.ts';
import { flushesOrdered } from '../../../spec/properties/flushes-ordered.ts';
import type { Property } from '../../../spec/properties/property.ts';
import { SOMETIMES } from '../../../spec/properties/sometimes.ts';
import { SAFETY } from '../../../spec/properties/vtlb-within-guest-tlb.ts';
import type { Goal } from '../../checker/model.ts';

/** A property with whether it must always hold; if not, it is to be witnessed. */
export interface JudgedProperty extends Property {
  readonly always: boolean;
}

/** The properties that a search over KVM's machine looks at; goal i of a mask is about the i-th. */
export const PROPERTIES: readonly JudgedProperty[] = [
  ...ALWAYS.map((property) => ({ ...property, always: true })),
  ...SOMETIMES.map((property) => ({ ...property, always: false })),
];

/**
 * What a search over KVM's machine looks for: the *always* properties, broken, and the *sometimes*, witnessed.
 * `flushes-ordered`, which carries out three flushes in every state, comes last, so that most searches can
 * leave it out.
 */
export const GOALS: readonly Goal[] = [
  ...ALWAYS.map(({ name }): Goal => ({ name, kind: 'always', ends: name === SAFETY })),
  ...SOMETIMES.map(({ name }): Goal => ({ name, kind: 'sometimes', ends: false })),
  { name: flushesOrdered.name, kind: 'always', ends: false },
];

/** What a search over another KVM than the recipes' looks for besides: the place of `flushes-ordered` is free there. */
export const GAVE_UP: Goal = { name: 'kernel-gave-up', kind: 'always', ends: true };

/** What such a search looks for. */
export const GOALS_OF_CODE: readonly Goal[] = [...GOALS.slice(0, -1), GAVE_UP];

/** The bit of `kernel-gave-up` in a mask of its goals. */
export const GAVE_UP_BIT = 1 << (GOALS_OF_CODE.length - 1);

/** By name: the bit of a goal in a mask. */
export const FOUND: Readonly<Record<string, number>> = Object.fromEntries(
  GOALS.map(({ name }, i) => [name, 1 << i]),
);
