import type { Event } from '../../spec/events/event.ts';
import { ALWAYS } from '../../spec/properties/always.ts';
import { flushesOrdered } from '../../spec/properties/flushes-ordered.ts';
import { foundInState, foundInStep } from '../../spec/properties/judge.ts';
import type { Property, Step } from '../../spec/properties/property.ts';
import { SAFETY } from '../../spec/properties/vtlb-within-guest-tlb.ts';
import type { Machine } from '../../spec/state/machine.ts';
import { initialMachine } from '../../spec/step/initial.ts';
import type { World } from '../../spec/world/world.ts';
import type { StopReason } from '../checker/limits.ts';
import type { Goal } from '../checker/model.ts';
import type { SearchResult } from '../checker/result.ts';
import type { SimulateResult } from '../checker/simulate.ts';
import { worldOf } from '../engine/data.ts';
import { inPlaceEngine } from '../engine/in-place.ts';
import { EngineError } from '../engine/views/engine-error.ts';
import { GOALS_WITH_GUEST, messageOfGuest } from '../guests/goals.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import type { CheckJob } from './job.ts';

/** A broken property and a shortest sequence of events that breaks it. */
export interface Violation {
  readonly property: string;
  /** What is wrong, in words. */
  readonly message: string;
  readonly trace: readonly Event[];
}

/** What a search over KVM's machine found. */
export interface CheckResult {
  /** How TLBs were kept. */
  readonly tlbs: 'apart' | 'whole';
  /**
   * Distinct states found; with `symmetry`, states that differ by a renaming count once. Where TLBs are apart, states
   * are told apart by all but what TLBs hold.
   */
  readonly states: number;
  /** Where TLBs are apart: what was found of them, for each state and each translation each way to be held; else null. */
  readonly facts: number | null;
  /** Events carried out without a fault, one for each expanded state and event. */
  readonly transitions: number;
  /** Length of the longest of the shortest traces to the states found. */
  readonly depth: number;
  /** Whether every reachable state was found and expanded. */
  readonly complete: boolean;
  /** Why the search ended early, if a limit ended it. */
  readonly stoppedBy: StopReason | null;
  /** The first violation of each property that broke, safety first, then in the order in which they came. */
  readonly violations: readonly Violation[];
  /** By name: a shortest trace to each *sometimes* property that was witnessed. */
  readonly witnesses: ReadonlyMap<string, readonly Event[]>;
  readonly coverage: Coverage;
  readonly symmetry: boolean;
  /** The most bytes that the search's own arrays took. */
  readonly bytes: number;
  /** Why the checkpoint of a stop could not be written; null if it was, or none was wanted. */
  readonly unwritten: string | null;
  /** Of a search whose KVM is Linux's own code: whether what is observed of a state decides what comes of it. */
  readonly secondImages?: SecondImagesFound;
}

/** What came of carrying out every event from a second image of some states. */
export interface SecondImagesFound {
  /** How many were compared. */
  readonly compared: number;
  /** Two ways to one observed state, and an event after which they differ. */
  readonly apart: { readonly ways: readonly (readonly Event[])[]; readonly next: Event } | null;
}

/** How what a search found is told, where not by the specification alone. */
export interface Teller {
  /** The world in which its traces are carried out again. */
  readonly world: World;
  readonly goals: readonly Goal[];
  /** What is wrong at the end of a trace, where no property says it. */
  readonly messageOf: (goal: string, trace: readonly number[]) => string | null;
}

/** What random walks over KVM's machine came upon. */
export interface SampleResult
  extends Pick<CheckResult, 'tlbs' | 'stoppedBy' | 'violations' | 'witnesses' | 'coverage'> {
  readonly walks: number;
  /** Events carried out without a fault, in all walks. */
  readonly steps: number;
}

/**
 * Puts what a search found into the spec's words. Each violation is replayed on the spec, which must find the
 * same property broken.
 */
export async function explainResult(
  job: CheckJob,
  result: SearchResult,
  teller?: Teller,
): Promise<CheckResult> {
  const { states, facts, transitions, depth, complete, stoppedBy, symmetry, bytes, unwritten } = result;
  return {
    tlbs: facts === null ? 'whole' : 'apart',
    states,
    facts,
    transitions,
    depth,
    complete,
    stoppedBy,
    symmetry,
    bytes,
    unwritten,
    ...(await explain(job, result, teller)),
  };
}

/** The same for what random walks came upon. */
export async function explainSample(
  job: CheckJob,
  tlbs: SampleResult['tlbs'],
  result: SimulateResult,
  teller?: Teller,
): Promise<SampleResult> {
  const { walks, steps, stoppedBy } = result;
  return { tlbs, walks, steps, stoppedBy, ...(await explain(job, result, teller)) };
}

async function explain(
  job: CheckJob,
  result: SearchResult | SimulateResult,
  teller?: Teller,
): Promise<Pick<CheckResult, 'violations' | 'witnesses' | 'coverage'>> {
  const { world, goals, messageOf: told } = teller ?? (await tellerOf(job));
  const violations: Violation[] = [];
  const witnesses = new Map<string, readonly Event[]>();
  for (const { goal, trace } of result.found) {
    const { name, kind } = goals[goal] as Goal;
    const events = trace.map((number) => world.layout.events[number] as Event);
    if (kind === 'sometimes') witnesses.set(name, events);
    else
      violations.push({
        property: name,
        message: told(name, trace) ?? messageOf(world, name, events),
        trace: events,
      });
  }
  const isSafety = ({ property }: Violation) => property === SAFETY;
  return {
    violations: [...violations.filter(isSafety), ...violations.filter((each) => !isSafety(each))],
    witnesses,
    coverage: coverageOf(world.layout, result, job.gear === undefined),
  };
}

async function tellerOf(job: CheckJob): Promise<Teller> {
  return { world: await worldOf(job), goals: GOALS_WITH_GUEST, messageOf: messageOfGuest };
}

/** The error for a trace on which plain machines keep what a search found broken. */
function disagreement({ kernel }: World, name: string, trace: readonly Event[]): Error {
  const reducers = trace.filter(({ kind }) => kernel.reducers?.[kind] !== undefined);
  const own = [
    ...new Set(reducers.map(({ kind }) => `reducer ${kind}`)),
    ...Object.keys(kernel.kvm ?? {}).map((each) => `${each}()`),
  ];
  return own.length === 0
    ? new Error(`cannot happen: the spec keeps ${name} on the trace of a search`)
    : new EngineError(
        `${own.join(' or ')} is no function of the state: carried out again, the trace to ${name} does not break it`,
      );
}

function messageOf(world: World, name: string, trace: readonly Event[]): string {
  let after: Machine = initialMachine(world);
  let last: Step | null = null;
  for (const event of trace) {
    const before = after;
    const { exit, machine } = inPlaceEngine.step(world, before, event);
    after = machine;
    last = { before, event, exit, after };
  }
  const message = found(world, name, after, last);
  if (message === null) throw disagreement(world, name, trace);
  return message;
}

/** What a property finds in the last step of a trace, if it has any, or in the state behind it. */
function found(world: World, name: string, after: Machine, last: Step | null): string | null {
  if (name === flushesOrdered.name) return flushesOrdered.violation(world, after);
  const property = ALWAYS.find((each) => each.name === name) as Property;
  return foundInState(property, world, after) ?? (last && foundInStep(property, world, last));
}
