import type { DecisionName } from '../../spec/kernels/decisions.ts';

/** By decision and value: why nothing breaks when v6.12 decides so instead, under contract `kvm`. */
export const REASONS: { readonly [D in DecisionName]?: Readonly<Record<string, string>> } = {};

/** Why a mutant of v6.12 survives, if it is known. */
export function reasonFor(decision: DecisionName, value: string): string | null {
  return REASONS[decision]?.[value] ?? null;
}
