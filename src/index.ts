/**
 * What runs the specification: engines, search, replay, traces and reports. The specification itself is
 * `vtlb/spec`.
 */
export * from './engine/engine.ts';
export * from './engine/engines.ts';
export * from './replay/replay.ts';
export * from './report/explain.ts';
export * from './report/steps.ts';
export * from './review/review.ts';
export * from './search/job.ts';
export * from './search/limits.ts';
export * from './search/monitor.ts';
export * from './search/search.ts';
export * from './trace/error.ts';
export * from './trace/parse.ts';
export * from './trace/print.ts';
