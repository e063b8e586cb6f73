import { LAYOUTS } from '../../spec/layouts/named.ts';
import { inTurn } from './in-turn.ts';
import type { CheckJob } from './job.ts';
import { type PoolOptions, withPool } from './pool.ts';
import type { CheckResult } from './result.ts';
import { SCOPES, type Scope } from './scopes.ts';

/** The search of a small layout; its result is null if it was cut off. */
export interface ScopeSearch {
  readonly scope: Scope;
  readonly result: CheckResult | null;
}

/** What to search on every small layout, and how. */
export interface ScopesInput {
  readonly job: Omit<CheckJob, 'layout' | 'bounds'>;
  readonly scopes?: readonly Scope[];
  /** Searches carried out side by side. */
  readonly workers: number;
  readonly options: PoolOptions;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, of: number) => void;
}

/** Searches a kernel on every small layout. */
export function searchScopes(input: ScopesInput): Promise<ScopeSearch[]> {
  const { job, scopes = SCOPES, workers, options, signal, onProgress } = input;
  return withPool(workers, signal, (run) =>
    inTurn(
      scopes,
      workers,
      async (scope) => {
        const { layout, bounds } = scope;
        return { scope, result: await run({ ...job, layout: LAYOUTS[layout], bounds }, options) };
      },
      (done) => onProgress(done, scopes.length),
    ),
  );
}
