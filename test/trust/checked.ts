import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONTRACTS } from '../../spec/contracts/named.ts';
import { defineKernel } from '../../spec/define/kernel.ts';
import { LAYOUTS } from '../../spec/layouts/named.ts';
import type * as Jobs from '../../src/check/job.ts';
import { type CheckJob, runJob } from '../../src/check/job.ts';
import { type CheckResult, explainResult } from '../../src/check/result.ts';
import { limits } from '../src/check/limits.ts';
import { builtSearch } from '../src/checker/built.ts';
import type { Configuration } from './configuration.ts';

/** How a configuration is searched, besides what it says. */
export interface Plan {
  /** No end by default. */
  readonly maxStates: number | null;
  /** By stop: the states with which the search is stopped. */
  readonly stops: readonly number[];
  /** The states with which threads take over. */
  readonly handOver: number;
}

/** What the checker found, and how often it was stopped and resumed on the way. */
export interface Checked {
  readonly result: CheckResult;
  readonly resumed: number;
}

/** Enough for all searches here. */
const MEMORY = 2 ** 28;

/** Searches a configuration as `vtlb check` does: through the same functions, from its options on. */
export async function checked(configuration: Configuration, plan: Plan): Promise<Checked> {
  const job = jobOf(configuration);
  const folder = mkdtempSync(join(tmpdir(), 'vtlb-trust-'));
  const file = join(folder, 'search.checkpoint');
  try {
    let resumed = 0;
    for (const maxStates of plan.stops) {
      const result = await run(configuration, job, { ...plan, maxStates }, file, resumed > 0);
      if (result.stoppedBy === null) return { result, resumed };
      resumed++;
    }
    return { result: await run(configuration, job, plan, file, resumed > 0), resumed };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function jobOf({ kernel, set, contract, layout, bounds, guest, tlbs }: Configuration): CheckJob {
  return {
    kernel: defineKernel({ base: kernel, ...set }),
    contract: CONTRACTS[contract],
    layout: LAYOUTS[layout],
    bounds,
    tlbs,
    flushesOrdered: false,
    ...(guest !== null && { guest }),
  };
}

async function run(
  { symmetry, workers }: Configuration,
  job: CheckJob,
  { maxStates, handOver }: Plan,
  file: string,
  resumes: boolean,
): Promise<CheckResult> {
  const options = {
    symmetry,
    workers,
    limits: limits({ maxMemory: MEMORY, ...(maxStates !== null && { maxStates }) }),
    checkpoint: file,
    ...(resumes && { resume: file }),
  };
  if (workers === 1) return runJob(job, options);
  // What runJob does, but threads take over with fewer states; threads need what is built.
  const search = await builtSearch();
  const { sourceOf }: typeof Jobs = await import(
    new URL('../../dist/src/check/job.js', import.meta.url).href
  );
  return explainResult(job, await search({ ...options, source: sourceOf(job), handOver }));
}
