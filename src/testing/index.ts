/**
 * For somebody with an implementation of their own: arbitraries to draw layouts, events and traces from,
 * `lockstep` to run an implementation beside the specification, and matchers for vitest. Needs fast-check; the
 * matchers are typed for vitest, and run in anything that has `expect.extend`.
 *
 * @module vtlb/testing
 */
export type { Adapter, Observed, ObservedRoots } from './adapter.ts';
export { arbitraryEvent } from './arbitrary-event.ts';
export { arbitraryBounds, arbitraryLayout } from './arbitrary-layout.ts';
export { arbitraryTrace, type TraceOptions } from './arbitrary-trace.ts';
export { lockstep } from './lockstep.ts';
export { type MatcherResult, vtlbMatchers } from './matchers.ts';
export type { LockstepOptions, WorldOptions } from './options.ts';
export {
  type ExhaustiveRun,
  formatLockstep,
  type LockstepFailure,
  type LockstepReport,
  type RandomRun,
} from './report.ts';
