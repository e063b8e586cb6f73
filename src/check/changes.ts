import type { EventKind } from '../../spec/events/event.ts';
import { DECISION_NAMES, type DecisionName, type Kernel } from '../../spec/kernels/decisions.ts';
import type { OverriddenKernel } from '../../spec/world/world.ts';
import type { Coverage } from './coverage.ts';

/** In what a kernel differs from a named one: the decisions, and the events whose reducers are its own. */
export interface Changes {
  readonly decisions: readonly DecisionName[];
  readonly reducers: readonly EventKind[];
}

/** In what a kernel differs from the one that it is made from. */
export function changesOf(kernel: OverriddenKernel, base: Kernel): Changes {
  return {
    decisions: DECISION_NAMES.filter((decision) => kernel[decision] !== base[decision]),
    reducers: Object.keys(kernel.reducers ?? {}) as EventKind[],
  };
}

/** Whether there are any. */
export function isChanged({ decisions, reducers }: Changes): boolean {
  return decisions.length + reducers.length > 0;
}

/**
 * The changes that a search never came to: it consulted no such decision, or carried out no such event without a
 * fault. A whole search that came to none is the named kernel's own, step by step, and says nothing about them.
 */
export function unexercised(
  { decisions, kinds }: Pick<Coverage, 'decisions' | 'kinds'>,
  changes: Changes,
): Changes {
  return {
    decisions: changes.decisions.filter((decision) => !decisions.reached.includes(decision)),
    reducers: changes.reducers.filter((kind) => !kinds.reached.includes(kind)),
  };
}

/** Whether a search came to any of the changes. */
export function exercises(coverage: Pick<Coverage, 'decisions' | 'kinds'>, changes: Changes): boolean {
  const never = unexercised(coverage, changes);
  return never.decisions.length < changes.decisions.length || never.reducers.length < changes.reducers.length;
}

/** The changes that none of several searches came to. */
export function unexercisedByAll(coverages: readonly Coverage[], changes: Changes): Changes {
  return coverages.reduce((never, coverage) => unexercised(coverage, never), changes);
}
