import { DECISION_NAMES, type DecisionName } from './decisions.ts';
import { RELEASE_RECORDS } from './releases.ts';

/** Whether some release decides so. Any other value is a what-if: what reviews and `vtlb mutate` ask about. */
export function isOfRelease(decision: DecisionName, value: string): boolean {
  return RELEASE_RECORDS.some(([, record]) => record[decision] === value);
}

/** The decisions that every release from v5.12 on takes alike; releases differ on all others. */
export const TAKEN_ALIKE: readonly DecisionName[] = DECISION_NAMES.filter(
  (decision) => new Set(RELEASE_RECORDS.map(([, record]) => record[decision])).size === 1,
);
