import type { Contract } from '../../spec/contracts/contract.ts';
import type { GuestName } from '../../spec/guests/named.ts';
import type { Kernel } from '../../spec/kernels/decisions.ts';
import type { Bounds } from '../../spec/layouts/bounds.ts';
import type { LayoutDefinition } from '../../spec/layouts/layout.ts';
import type { Limits } from '../checker/limits.ts';
import type { ModelSource } from '../checker/model.ts';
import type { Progress } from '../checker/result.ts';
import { search } from '../checker/search.ts';
import { type SimulateInput, simulate } from '../checker/simulate.ts';
import type { EngineName } from '../engine/engines.ts';
import type { OverridesSource } from '../engine/overrides.ts';
import { type CheckResult, explainResult, explainSample, type SampleResult } from './result.ts';

/** A search over KVM's machine as plain data, so that it can be sent to a worker. */
export interface CheckJob {
  readonly kernel: Kernel;
  readonly contract: Contract;
  readonly layout: LayoutDefinition;
  readonly bounds: Partial<Bounds>;
  /** Not the core if there are `overrides`. */
  readonly engine: EngineName;
  /** Where the reducers come from that take the place of the spec's. */
  readonly overrides?: OverridesSource | undefined;
  /** Also checks `flushes-ordered`. */
  readonly flushesOrdered: boolean;
  /** Refuses what this guest would not do; only the core knows guests. Any event at any time by default. */
  readonly guest?: GuestName;
}

/** How a search is carried out; none of it changes what a whole search finds. */
export interface CheckOptions {
  readonly limits: Limits;
  readonly workers?: number;
  /** Counts states that differ by a renaming as one. */
  readonly symmetry?: boolean;
  /** File that a stop by a limit writes. */
  readonly checkpoint?: string;
  /** File to resume from. */
  readonly resume?: string;
  readonly onProgress?: (progress: Progress) => void;
}

/** The module that makes a job's model. */
export function sourceOf({ engine, ...data }: CheckJob): ModelSource {
  if (engine === 'core' && data.overrides !== undefined)
    throw new Error("cannot happen: the core is to run reducers that are not vtlb's own");
  const ofCore = data.guest === undefined ? '../core/model.js' : '../guests/model.js';
  const module = engine === 'core' ? ofCore : '../engine/model.js';
  return { module: new URL(module, import.meta.url).href, data: { ...data, engine } };
}

/**
 * Carries out a search.
 *
 * @throws BoundError when the bounds describe no guest
 * @throws CheckpointError when `resume` is no checkpoint of this search
 */
export async function runJob(job: CheckJob, options: CheckOptions): Promise<CheckResult> {
  const { symmetry = false, workers = 1, ...rest } = options;
  const found = await search({ ...rest, symmetry, workers, source: sourceOf(job) });
  return explainResult(job, found);
}

/** Walks at random, past what can be searched whole. @throws BoundError when the bounds describe no guest */
export async function sampleJob(
  job: CheckJob,
  input: Omit<SimulateInput, 'model' | 'source'>,
): Promise<SampleResult> {
  return explainSample(job, await simulate({ ...input, source: sourceOf(job) }));
}
