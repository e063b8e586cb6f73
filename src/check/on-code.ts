import type { Event } from '../../spec/events/event.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import { search } from '../checker/search.ts';
import { type SimulateInput, simulate } from '../checker/simulate.ts';
import { loadModule } from '../conform/load-module.ts';
import { identityOf, type LinuxSource } from '../engine/data.ts';
import { GAVE_UP, GOALS_OF_CODE } from '../engine/memo/goals.ts';
import { type LinuxModel, linuxModel } from '../linux/create.ts';
import { PlainLinux } from '../linux/plain.ts';
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

/**
 * Carries out such a search, in this thread: each state is known by the events that lead to it, which no other thread
 * has. Neither can it go on from a checkpoint.
 */
export async function runOnCode(
  job: CodeJob,
  { limits, onProgress }: Pick<CheckOptions, 'limits' | 'onProgress'>,
): Promise<CheckResult> {
  const made = await modelOf(job);
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
  const made = await modelOf(job);
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

async function modelOf(job: CodeJob): Promise<LinuxModel> {
  const layout = buildLayout(job.layout, job.bounds);
  return linuxModel(await loadModule(job.linux.product), { ...job, layout }, identityOf(job));
}

/** Of a model that no other thread makes again. */
const NOWHERE = { module: '', data: null };

async function tellerOf(job: CodeJob, { whyNot }: LinuxModel): Promise<Teller> {
  const layout = buildLayout(job.layout, job.bounds);
  const { kernel } = new PlainLinux(await loadModule(job.linux.product), { ...job, layout });
  return {
    world: { layout, contract: job.contract, kernel },
    goals: GOALS_OF_CODE,
    messageOf: (goal, trace) => (goal === GAVE_UP.name ? whyNot(trace) : null),
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
