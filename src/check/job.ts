import type { GuestName } from '../../spec/guests/named.ts';
import type { Limits } from '../checker/limits.ts';
import { loadModel } from '../checker/load-model.ts';
import type { ModelSource } from '../checker/model.ts';
import type { Progress } from '../checker/result.ts';
import { search } from '../checker/search.ts';
import { type SimulateInput, simulate } from '../checker/simulate.ts';
import type { WorldData } from '../engine/data.ts';
import type { EngineName } from '../engine/engines.ts';
import { buildDigest } from './build-digest.ts';
import { type CheckResult, explainResult, explainSample, type SampleResult } from './result.ts';

/** A search over KVM's machine as plain data, so that it can be sent to a worker. */
export interface CheckJob extends WorldData {
  /** Whether TLBs are to be facts beside the states, or part of them. */
  readonly tlbs: 'apart' | 'whole';
  /** Whether this is one of many searches that differ in their kernels: see `ModelData`. */
  readonly amongMany?: boolean | undefined;
  /** A gear that carries out each step by itself, for comparison. TLBs are whole then. */
  readonly gear?: EngineName | undefined;
  /** Also checks `flushes-ordered`. */
  readonly flushesOrdered: boolean;
  /** Refuses what this guest would not do. Any event at any time by default. */
  readonly guest?: GuestName;
}

/** How a search is carried out; none of it changes what a whole search finds. */
export interface CheckOptions {
  readonly limits: Limits;
  readonly workers?: number;
  /** Counts states that differ by a renaming as one. */
  readonly symmetry?: boolean;
  /** File to resume from, written every so often and when a limit stops the search. */
  readonly checkpoint?: string;
  /** Seconds between two. */
  readonly checkpointEvery?: number;
  /** File to resume from. */
  readonly resume?: string;
  readonly onProgress?: (progress: Progress) => void;
}

/** The module that makes a job's model: none, if KVM is Linux's own code. */
export function sourceOf({ gear, ...data }: CheckJob): ModelSource {
  const ofMemo = data.guest === undefined ? '../engine/memo/create.js' : '../guests/model.js';
  const module = gear === undefined ? ofMemo : '../engine/model.js';
  return { module: new URL(module, import.meta.url).href, data: { ...data, engine: gear } };
}

/**
 * Carries out a search.
 *
 * @throws BoundError when the bounds describe no guest
 * @throws CheckpointError when `resume` is no checkpoint of this search
 */
export async function runJob(job: CheckJob, options: CheckOptions): Promise<CheckResult> {
  if (job.linux !== undefined) return (await onCode()).runOnCode({ ...job, linux: job.linux }, options);
  const { symmetry = false, workers = 1, ...rest } = options;
  const isKept = options.checkpoint !== undefined || options.resume !== undefined;
  const build = isKept ? buildDigest() : '';
  const found = await search({ ...rest, symmetry, workers, build, source: sourceOf(job) });
  return explainResult(job, found);
}

/** Loaded only where Linux's own code is searched. */
function onCode() {
  return import('./on-code.ts');
}

/** Walks at random, past what can be searched whole. @throws BoundError when the bounds describe no guest */
export async function sampleJob(
  job: CheckJob,
  input: Omit<SimulateInput, 'model' | 'source'>,
): Promise<SampleResult> {
  if (job.linux !== undefined) return (await onCode()).sampleOnCode({ ...job, linux: job.linux }, input);
  const source = sourceOf(job);
  const model = await loadModel(source);
  const result = await simulate({ ...input, source, model });
  return explainSample(job, model.facts > 0 ? 'apart' : 'whole', result);
}
