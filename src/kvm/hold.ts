import type { Event } from '../../spec/events/event.ts';
import { formatEvent } from '../trace/print.ts';
import { compareResult, type KvmStep } from './compare.ts';
import type { Expected } from './expect.ts';
import type { StreamResult } from './results.ts';

/** A trace that a running KVM carried out, and what it came to there. */
export interface RunTrace {
  readonly name: string;
  readonly events: readonly Event[];
  /** Null if nothing was heard of it. */
  readonly result: StreamResult | null;
}

/** An event that came to something that the record does not allow. */
export interface KvmDifference {
  readonly trace: string;
  /** 1-based. */
  readonly step: number;
  readonly event: string;
  readonly may: readonly string[];
  readonly read: string;
}

/** Many traces, held against a record. */
export interface Tally {
  readonly traces: number;
  readonly events: number;
  /** Events that no guest came to. */
  readonly notRun: number;
  readonly accesses: number;
  /** Accesses of which the record allows one result alone. */
  readonly oneAllowed: number;
  /** Accesses that got a page fault. */
  readonly faults: number;
  readonly differences: readonly KvmDifference[];
  /** The guests that did not come to their end, and why. */
  readonly stopped: readonly { readonly trace: string; readonly why: string }[];
}

/** Holds what a running KVM made of traces against what may come of each. */
export function holdAgainst<T extends RunTrace>(
  traces: readonly T[],
  expect: (trace: T) => readonly Expected[],
): Tally {
  const held = traces.map((trace) => ({ trace, steps: holdTrace(expect(trace), trace) }));
  const steps = held.flatMap((each) => each.steps);
  const run = steps.filter(({ read }) => read !== null);
  const accesses = run.filter(({ event }) => event.kind === 'access');
  return {
    traces: traces.length,
    events: run.length,
    notRun: steps.length - run.length,
    accesses: accesses.length,
    oneAllowed: accesses.filter(({ may }) => may.length === 1).length,
    faults: accesses.filter(({ read }) => read?.startsWith('#PF')).length,
    differences: held.flatMap(({ trace, steps }) =>
      steps.flatMap(({ event, may, read, differs }, i) =>
        differs && read !== null
          ? [{ trace: trace.name, step: i + 1, event: formatEvent(event), may, read }]
          : [],
      ),
    ),
    stopped: traces.flatMap(({ name, result }) => {
      const why = result === null ? 'nothing was heard of it' : result.stopped;
      return why === null ? [] : [{ trace: name, why }];
    }),
  };
}

/** A trace step by step beside what a running KVM made of it. */
export function holdTrace(expected: readonly Expected[], { result }: Pick<RunTrace, 'result'>): KvmStep[] {
  return compareResult(expected, result ?? { words: [], stopped: null });
}
