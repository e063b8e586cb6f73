import type { Contract } from '../../spec/contracts/contract.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import { LAYOUTS } from '../../spec/layouts/named.ts';
import type { CheckJob } from '../check/job.ts';
import type { PoolOptions } from '../check/pool.ts';
import type { Scope } from '../check/scopes.ts';
import { type ScopeSearch, searchScopes } from '../check/search-scopes.ts';
import { verdictOnAll } from '../check/verdict.ts';
import type { StopReason } from '../checker/limits.ts';
import type { JsonHeading } from '../report/check-json.ts';
import { scopesJson } from '../report/check-json.ts';
import { breachesOf, formatScopes, type ScopesReport } from '../report/check-scopes.ts';
import { type ExitCode, exitCodeOf } from './exit-code.ts';
import { type ChosenKernel, headingOf, runKernels } from './kernel.ts';
import { printJson, printReport } from './print.ts';
import type { ProgressLine } from './progress.ts';
import { terminal } from './terminal.ts';

/** A changed kernel to search on every small layout, and what its user said of the search. */
export interface ScopesCommand {
  readonly chosen: ChosenKernel;
  readonly job: Omit<CheckJob, 'layout' | 'bounds'>;
  readonly contract: string;
  readonly workers: number;
  readonly options: PoolOptions;
  /** Its reason is a StopReason. */
  readonly signal: AbortSignal;
  readonly progress: ProgressLine;
}

/** Searches a changed kernel on every small layout, and prints what came of it. */
export async function checkScopes(
  command: ScopesCommand,
  heading: Omit<JsonHeading, 'layout'>,
  json: boolean,
): Promise<ExitCode> {
  const { chosen, job, contract, signal, progress } = command;
  const searches = await searchEverywhere(command);
  progress.done();
  const report: ScopesReport = {
    changes: chosen.changes,
    searches,
    cutBy: signal.aborted ? (signal.reason as StopReason) : null,
  };
  const [shown] = breachesOf(searches, chosen.changes);
  const layoutOf = ({ layout, bounds }: Scope) => buildLayout(LAYOUTS[layout], bounds);
  const worldOf = (scope: Scope) => ({
    kernel: chosen.kernel,
    contract: job.contract as Contract,
    layout: layoutOf(scope),
  });
  if (json)
    printJson(scopesJson(heading, report, shown, (scope) => layoutOf(scope).bounds, progress.seconds));
  else printReport(formatScopes(headingOf(chosen, contract), report, shown, worldOf, terminal().columns));
  return exitCodeOf(verdictOnAll(searches, chosen.changes));
}

/** Searches a kernel on every small layout. */
export function searchEverywhere(command: ScopesCommand): Promise<ScopeSearch[]> {
  const { chosen, job, workers, options, signal, progress } = command;
  return runKernels([chosen], () =>
    searchScopes({
      job,
      workers,
      options,
      signal,
      onProgress: (done, of) => progress.show(`${done} of ${of} small layouts searched`),
    }),
  );
}
