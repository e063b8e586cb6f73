import type { Contract } from '../../spec/contracts/contract.ts';
import { decisionsOf } from '../../spec/define/kernel.ts';
import type { Event, Outcome } from '../../spec/events/event.ts';
import type { Bounds } from '../../spec/layouts/bounds.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import { LAYOUTS } from '../../spec/layouts/named.ts';
import type { Frame } from '../../spec/state/names.ts';
import type { Work } from '../../spec/state/work.ts';
import type { OverriddenKernel } from '../../spec/world/world.ts';
import type { Limits, StopReason } from '../checker/limits.ts';
import type { Progress, SearchResult } from '../checker/result.ts';
import { search } from '../checker/search.ts';
import type { WorldData } from '../engine/data.ts';
import type { OverridesSource } from '../engine/overrides.ts';
import { type Replay, type ReplayVerdict, replay } from '../replay/replay.ts';
import type { ComparedLayout } from './layouts.ts';
import { COST, type PairData, VISIBLE } from './model.ts';

/** A kernel to compare. */
export interface ComparedKernel {
  readonly kernel: OverriddenKernel;
  /** Where its own reducers come from, if it has any. */
  readonly overrides?: OverridesSource | undefined;
}

/** How a comparison is carried out; none of it changes what a whole one finds. */
export interface CompareOptions {
  readonly limits: Limits;
  readonly workers?: number;
  readonly onProgress?: (progress: Progress) => void;
}

/** What one kernel made of a trace. */
export interface Shown {
  /** Of the last event, as are `sees` and `work`. */
  readonly outcome: Outcome;
  readonly sees: readonly Frame[];
  readonly work: Readonly<Work>;
  /** Of the whole trace, under the contract. */
  readonly verdict: ReplayVerdict;
}

/** A shortest sequence of events whose last one two kernels show, or cost, differently. */
export interface Difference {
  readonly trace: readonly Event[];
  readonly a: Shown;
  readonly b: Shown;
}

/** How two kernels compare on a layout. */
export interface Comparison {
  readonly layout: string;
  readonly bounds: Readonly<Bounds>;
  /** In what the guest may see; with it, the search ends. */
  readonly visible: Difference | null;
  /** In what a step costs. */
  readonly cost: Difference | null;
  /** Pairs of states that the two reach by the same events. */
  readonly pairs: number;
  readonly transitions: number;
  readonly depth: number;
  /** Whether every pair was found, and every event taken in it. */
  readonly complete: boolean;
  readonly stoppedBy: StopReason | null;
}

/**
 * Looks for a shortest trace on which the guest may see one kernel from the other, and for one that costs them
 * different work, in all pairs of states that both reach by the same events.
 *
 * @throws BoundError when the bounds describe no guest
 */
export async function compareOn(
  { layout, bounds }: ComparedLayout,
  contract: Contract,
  a: ComparedKernel,
  b: ComparedKernel,
  { limits, workers = 1, onProgress }: CompareOptions,
): Promise<Comparison> {
  const built = buildLayout(LAYOUTS[layout], bounds);
  const dataOf = ({ kernel, overrides }: ComparedKernel): WorldData => ({
    kernel: decisionsOf(kernel),
    contract,
    layout: LAYOUTS[layout],
    bounds,
    overrides,
  });
  const data: PairData = { a: dataOf(a), b: dataOf(b) };
  const module = new URL('./model.js', import.meta.url).href;
  const found = await search({
    source: { module, data },
    symmetry: false,
    workers,
    limits,
    ...(onProgress !== undefined && { onProgress }),
  });
  const explain = (goal: number): Difference | null => {
    const trace = traceTo(found, goal, built.events);
    if (trace === null) return null;
    const shownBy = ({ kernel }: ComparedKernel) => shown(replay({ kernel, layout: built, contract }, trace));
    const difference = { trace, a: shownBy(a), b: shownBy(b) };
    if (!differs(difference, goal))
      throw new Error('cannot happen: the spec shows no difference on the trace of a search');
    return difference;
  };
  const { states: pairs, transitions, depth, complete, stoppedBy } = found;
  return {
    layout: built.name,
    bounds: built.bounds,
    visible: explain(VISIBLE),
    cost: explain(COST),
    pairs,
    transitions,
    depth,
    complete,
    stoppedBy,
  };
}

function traceTo({ found }: SearchResult, goal: number, events: readonly Event[]): Event[] | null {
  const way = found.find((each) => each.goal === goal);
  return way === undefined ? null : way.trace.map((number) => events[number] as Event);
}

function shown({ steps, verdict }: Replay): Shown {
  const last = steps.at(-1);
  if (last === undefined) throw new Error('cannot happen: a difference before the first event');
  return { outcome: last.outcome, sees: last.exit.sees, work: last.after.work, verdict };
}

function differs({ a, b }: Difference, goal: number): boolean {
  const part = (side: Shown) => (goal === VISIBLE ? [side.outcome, side.sees] : side.work);
  return JSON.stringify(part(a)) !== JSON.stringify(part(b));
}
