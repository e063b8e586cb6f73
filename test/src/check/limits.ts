import type { Limits } from '../../../src/checker/limits.ts';

/** More than any search here takes. */
const MAX_MEMORY = 2 ** 33;

/** Limits that nothing reaches but what is said. */
export function limits(some: Partial<Limits> = {}): Limits {
  return {
    maxStates: Number.POSITIVE_INFINITY,
    maxMemory: MAX_MEMORY,
    reached: async () => null,
    ...some,
  };
}
