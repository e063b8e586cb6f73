import type { Event } from '../../spec/events/event.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import { search } from '../checker/search.ts';
import { type SimulateInput, simulate } from '../checker/simulate.ts';
import { loadModule } from '../conform/load-module.ts';
import type { WasmModule } from '../conform/web-assembly.ts';
import { identityOf, type LinuxSource } from '../engine/data.ts';
import { GAVE_UP } from '../engine/memo/goals.ts';
import { GOALS_OF_CODE_WITH_GUEST, messageOfGuest } from '../guests/goals.ts';
import { underGuest } from '../guests/model.ts';
import { AheadOfSearch } from '../linux/ahead/ahead.ts';
import { type LinuxModel, linuxModel } from '../linux/create.ts';
import { PlainLinux } from '../linux/plain.ts';
import type { AheadOf } from '../linux/states.ts';
import type { CheckJob, CheckOptions } from './job.ts';
import {
  type CheckResult,
  explainResult,
  explainSample,
  type SampleResult,
  type SecondImagesFound,
  type Teller,
} from './result.ts';

/** A search whose KVM is Linux's own code. */
type CodeJob = CheckJob & { readonly linux: LinuxSource };

type OnCodeOptions = Pick<CheckOptions, 'limits' | 'onProgress' | 'workers'>;

/**
 * Carries out such a search, in this thread: each state is known by the events that lead to it, which no other thread
 * has; others only work ahead of it. Neither can it go on from a checkpoint.
 */
export async function runOnCode(job: CodeJob, options: OnCodeOptions): Promise<CheckResult> {
  const module = await loadModule(job.linux.product);
  const threads = options.workers ?? 1;
  let ahead: AheadOfSearch | null = null;
  const begin: AheadOf = (runner, rows) => {
    ahead = new AheadOfSearch(module, runner, rows, threads);
    return ahead;
  };
  const made = modelOf(job, module, threads > 1 ? begin : undefined);
  try {
    return await searchOnCode(job, made, options);
  } finally {
    await (ahead as AheadOfSearch | null)?.dismiss();
  }
}

async function searchOnCode(job: CodeJob, made: LinuxModel, { limits, onProgress }: OnCodeOptions) {
  const found = await search({
    model: made.model,
    source: NOWHERE,
    symmetry: false,
    workers: 1,
    limits,
    ...(onProgress !== undefined && { onProgress }),
  });
  const result = await explainResult(job, found, await tellerOf(job, made));
  return { ...result, coverage: withoutDecisions(result), secondImages: secondImagesOf(job, made) };
}

/** Walks at random on Linux's own code. */
export async function sampleOnCode(
  job: CodeJob,
  input: Omit<SimulateInput, 'model' | 'source'>,
): Promise<SampleResult> {
  const made = modelOf(job, await loadModule(job.linux.product));
  const { model } = made;
  const result = await simulate({ ...input, source: NOWHERE, model });
  const sample = await explainSample(
    job,
    model.facts > 0 ? 'apart' : 'whole',
    result,
    await tellerOf(job, made),
  );
  return { ...sample, coverage: withoutDecisions(sample) };
}

/** Code takes its decisions where nobody sees it. */
function withoutDecisions({ coverage }: Pick<CheckResult, 'coverage'>): CheckResult['coverage'] {
  return { ...coverage, decisions: { reached: [], never: [] } };
}

function modelOf(job: CodeJob, module: WasmModule, aheadOf?: AheadOf): LinuxModel {
  const layout = buildLayout(job.layout, job.bounds);
  const made = linuxModel(module, { ...job, layout }, identityOf(job), aheadOf);
  if (job.guest === undefined) return made;
  return { ...made, model: underGuest(made, job.guest, GOALS_OF_CODE_WITH_GUEST) };
}

/** Of a model that no other thread makes again. */
const NOWHERE = { module: '', data: null };

async function tellerOf(job: CodeJob, { whyNot }: LinuxModel): Promise<Teller> {
  const layout = buildLayout(job.layout, job.bounds);
  const { kernel } = new PlainLinux(await loadModule(job.linux.product), { ...job, layout });
  return {
    world: { layout, contract: job.contract, kernel },
    goals: GOALS_OF_CODE_WITH_GUEST,
    messageOf: (goal, trace) => (goal === GAVE_UP.name ? whyNot(trace) : messageOfGuest(goal)),
  };
}

function secondImagesOf(job: CodeJob, { second, wayTo }: LinuxModel): SecondImagesFound {
  const { compared, apart } = second;
  if (apart === null) return { compared, apart };
  const { events } = buildLayout(job.layout, job.bounds);
  const traceOf = (numbers: readonly number[]) => numbers.map((number) => events[number] as Event);
  const ways = [wayTo(apart.to), [...wayTo(apart.node), apart.event]].map(traceOf);
  return { compared, apart: { ways, next: events[apart.next] as Event } };
}
