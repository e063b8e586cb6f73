import type { KvmFunctionName } from '../../spec/define/kvm-functions.ts';
import type { EventKind } from '../../spec/events/event.ts';
import { DECISION_NAMES, type DecisionName, type Kernel } from '../../spec/kernels/decisions.ts';
import type { OverriddenKernel } from '../../spec/world/world.ts';
import type { Coverage } from './coverage.ts';

/**
 * In what a kernel differs from a named one: the decisions, the functions of KVM that it replaces, and the events whose
 * reducers are its own.
 */
export interface Changes {
  readonly decisions: readonly DecisionName[];
  readonly functions: readonly KvmFunctionName[];
  readonly reducers: readonly EventKind[];
}

/** What of a search says which changes it came to. */
type Reached = Pick<Coverage, 'decisions' | 'functions' | 'kinds'>;

/** In what a kernel differs from the one that it is made from. */
export function changesOf(kernel: OverriddenKernel, base: Kernel): Changes {
  return {
    decisions: DECISION_NAMES.filter((decision) => kernel[decision] !== base[decision]),
    functions: Object.keys(kernel.kvm ?? {}) as KvmFunctionName[],
    reducers: Object.keys(kernel.reducers ?? {}) as EventKind[],
  };
}

/** Whether there are any. */
export function isChanged({ decisions, functions, reducers }: Changes): boolean {
  return decisions.length + functions.length + reducers.length > 0;
}

/**
 * The changes that a search never came to: it consulted no such decision, called no such function, or carried out no
 * such event without a fault. A whole search that came to none is the named kernel's own, step by step, and says nothing about them.
 */
export function unexercised({ decisions, functions, kinds }: Reached, changes: Changes): Changes {
  return {
    decisions: changes.decisions.filter((decision) => !decisions.reached.includes(decision)),
    functions: changes.functions.filter((name) => !functions.reached.includes(name)),
    reducers: changes.reducers.filter((kind) => !kinds.reached.includes(kind)),
  };
}

/** Whether a search came to any of the changes. */
export function exercises(coverage: Reached, changes: Changes): boolean {
  const never = unexercised(coverage, changes);
  return (['decisions', 'functions', 'reducers'] as const).some(
    (sort) => never[sort].length < changes[sort].length,
  );
}

/** The changes that none of several searches came to. */
export function unexercisedByAll(coverages: readonly Coverage[], changes: Changes): Changes {
  return coverages.reduce((never, coverage) => unexercised(coverage, never), changes);
}
