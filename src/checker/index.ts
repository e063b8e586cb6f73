/**
 * A generic explicit-state model checker: exhaustive search and random walks over any `Model`.
 *
 * @module vtlb/checker
 */
export { CheckpointError, type CheckpointFault } from './checkpoint-error.ts';
export type { Found } from './goals.ts';
export { defaultLimits, type LimitOptions, type Limits, makeLimits, type StopReason } from './limits.ts';
export { loadModel } from './load-model.ts';
export {
  type Expand,
  type FactGroups,
  type Goal,
  type Model,
  type ModelSource,
  REFUSED,
  SEARCH_BITS,
  type Symmetry,
} from './model.ts';
export type { Progress, SearchResult } from './result.ts';
export { type SearchInput, search } from './search.ts';
export { type SimulateInput, type SimulateProgress, type SimulateResult, simulate } from './simulate.ts';
