import type { Event } from '../../spec/events/event.ts';
import type { Machine } from '../../spec/state/machine.ts';
import type { Oracle } from './oracle.ts';
import { type ExhaustiveRun, failureOf, type LockstepFailure } from './report.ts';
import type { Subject } from './subject.ts';

/** What a search over sequences of events did and found. */
export interface Exhausted {
  readonly run: ExhaustiveRun;
  readonly failure: LockstepFailure | null;
}

/** Tries every sequence of some events up to a length, the shorter ones first. */
export async function everySequence(
  subject: Subject,
  oracle: Oracle,
  events: readonly Event[],
  depth: number,
): Promise<Exhausted> {
  let traces = 0;
  /** Tries every way to go on by `left` events; only the last is judged, for shorter sequences came before. */
  const goOn = async (
    prefix: readonly Event[],
    machine: Machine,
    left: number,
  ): Promise<LockstepFailure | null> => {
    for (const event of events) {
      const trace = [...prefix, event];
      const next = oracle.next(machine, event);
      if (left > 1) {
        const failure = await goOn(trace, next.machine, left - 1);
        if (failure !== null) return failure;
        continue;
      }
      traces++;
      const found = (await subject.replay(prefix)) ?? (await subject.judge(event, next.expected));
      if (found !== null) return failureOf(trace, true, found);
    }
    return null;
  };
  const done = (reached: number) => ({ depth: reached, traces, states: null, complete: false });
  for (let length = 1; length <= depth; length++) {
    const failure = await goOn([], oracle.start(), length);
    if (failure !== null) return { run: done(length - 1), failure };
  }
  return { run: done(depth), failure: null };
}

/** A pair of states, and the way to it. */
interface Pair {
  readonly trace: readonly Event[];
  readonly machine: Machine;
  readonly state: string;
}

/**
 * Tries every event in every pair of a state of the specification and one of the implementation, breadth
 * first, so that the first failure has a shortest trace.
 */
export async function everyState(
  subject: Subject,
  oracle: Oracle,
  events: readonly Event[],
  depth: number,
): Promise<Exhausted> {
  const seen = new Set<string>();
  let traces = 0;
  let reached = 0;
  const isNew = ({ machine, state }: Pair): boolean => {
    const before = seen.size;
    return seen.add(`${oracle.key(machine)}\n${state}`).size > before;
  };
  const done = (complete: boolean) => ({ depth: reached, traces, states: seen.size, complete });

  const atStart = await subject.replay([]);
  if (atStart !== null) return { run: done(false), failure: failureOf([], true, atStart) };
  let frontier: Pair[] = [{ trace: [], machine: oracle.start(), state: stateOf(subject) }];
  frontier.forEach(isNew);
  while (frontier.length > 0 && reached < depth) {
    const found: Pair[] = [];
    for (const { trace, machine, state } of frontier) {
      for (const event of events) {
        traces++;
        const next = oracle.next(machine, event);
        const again = await subject.replay(trace);
        if (again === null) checkRepeatable(subject, trace, state);
        const disagreement = again ?? (await subject.judge(event, next.expected));
        if (disagreement !== null)
          return { run: done(false), failure: failureOf([...trace, event], true, disagreement) };
        const pair = { trace: [...trace, event], machine: next.machine, state: stateOf(subject) };
        if (isNew(pair)) found.push(pair);
      }
    }
    reached++;
    frontier = found;
  }
  return { run: done(frontier.length === 0), failure: null };
}

function stateOf({ state }: Subject): string {
  if (state === null) throw new Error('cannot happen: an implementation without state is searched by states');
  return state;
}

/** A search by states rests on this: the same events lead to the same state. */
function checkRepeatable(subject: Subject, trace: readonly Event[], state: string): void {
  if (subject.state !== state)
    throw new Error(
      `the implementation's state after ${trace.length} events differs when they are carried out again from reset: expected reset to lead back to one start`,
    );
}
