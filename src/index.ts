/**
 * What runs the specification: engines, search, replay, traces and reports. The specification itself is
 * `vtlb/spec`.
 *
 * @module vtlb
 */
export * from './check/coverage.ts';
export * from './check/job.ts';
export * from './check/result.ts';
export { defaultLimits, makeLimits } from './checker/limits.ts';
export * from './compare/compare.ts';
export * from './compare/layouts.ts';
export * from './engine/engine.ts';
export * from './engine/engines.ts';
export type { OverridesSource } from './engine/overrides.ts';
export * from './export/export-error.ts';
export * from './export/formats.ts';
export { type ImportedKernel, runTrace, type TraceRun, type TraceSetting } from './export/trace-run.ts';
export * from './picture/changes.ts';
export * from './picture/draw.ts';
export * from './picture/picture.ts';
export * from './replay/replay.ts';
export * from './report/explain.ts';
export * from './report/steps.ts';
export type { Decided, Verdict } from './review/evidence.ts';
export * from './review/review.ts';
export * from './trace/error.ts';
export * from './trace/parse.ts';
export * from './trace/print.ts';
