import fc from 'fast-check';
import type { Event } from '../../spec/events/event.ts';
import { arbitraryOf } from './arbitrary-event.ts';
import { failureOf, type LockstepFailure, type RandomRun } from './report.ts';
import type { Subject } from './subject.ts';

/** What random traces did and found. */
export interface Sampled {
  readonly run: RandomRun;
  readonly failure: LockstepFailure | null;
}

/** How traces are drawn. */
interface SampleOptions {
  readonly runs: number;
  readonly length: number;
  readonly seed: number;
}

/** Tries random traces of some events, and shrinks the first that fails. */
export async function sample(
  subject: Subject,
  events: readonly Event[],
  { runs, length, seed }: SampleOptions,
): Promise<Sampled> {
  let traces = 0;
  const arbitrary = fc.array(arbitraryOf(events), { minLength: 1, maxLength: length, size: 'max' });
  const holds = async (trace: readonly Event[]) => {
    traces++;
    return (await subject.run(trace)) === null;
  };
  const { counterexample } = await fc.check(fc.asyncProperty(arbitrary, holds), {
    numRuns: runs,
    seed,
    endOnFailure: false,
  });
  return {
    run: { traces, length, seed },
    failure: counterexample === null ? null : await explain(subject, counterexample[0]),
  };
}

/** Carries out a trace that failed, once more, for what is wrong with it. */
async function explain(subject: Subject, trace: readonly Event[]): Promise<LockstepFailure> {
  const again = await subject.run(trace);
  if (again !== null) return failureOf(trace.slice(0, again.step), false, again.found);
  return failureOf(trace, false, {
    message: 'it failed, and did not fail again: reset does not lead back to one start',
    expected: 'the same answers to the same events',
    actual: 'other answers',
  });
}
