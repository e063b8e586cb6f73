import { DECISION_NAMES, DECISIONS, type DecisionName, type Kernel } from '../../spec/kernels/decisions.ts';

/** A kernel with one decision changed. */
export interface Mutant {
  readonly decision: DecisionName;
  /** The kernel's own value. */
  readonly from: string;
  readonly to: string;
}

/** Each of `decisions` changed to each of its other values, one at a time, in the order of the table. */
export function mutantsOf(kernel: Kernel, decisions: readonly DecisionName[] = DECISION_NAMES): Mutant[] {
  return DECISION_NAMES.filter((decision) => decisions.includes(decision)).flatMap((decision) =>
    Object.keys(DECISIONS[decision].values)
      .filter((value) => value !== kernel[decision])
      .map((to) => ({ decision, from: kernel[decision], to })),
  );
}

/** The kernel that a mutant is. */
export function applyMutant<K extends Kernel>(kernel: K, { decision, to }: Mutant): K {
  return { ...kernel, [decision]: to };
}
