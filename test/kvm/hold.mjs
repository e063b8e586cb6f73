// Many traces held against what may come of each.
import { compareResult } from '../../dist/src/kvm/compare.js';
import { formatEvent } from '../../dist/src/trace/print.js';

/**
 * @param traces each with its name, events and result, which is null if nothing was heard of it
 * @param expect what may come of each event of a trace
 * @returns counts of what was run, and what differs, event by event
 */
export function holdAgainst(traces, expect) {
  const held = traces.map((trace) => ({
    trace,
    steps: compareResult(expect(trace), trace.result ?? { words: [], stopped: null }),
  }));
  const steps = held.flatMap((each) => each.steps);
  const run = steps.filter(({ read }) => read !== null);
  const accesses = run.filter(({ event }) => event.kind === 'access');
  return {
    traces: traces.length,
    events: run.length,
    notRun: steps.length - run.length,
    accesses: accesses.length,
    oneAllowed: accesses.filter(({ may }) => may.length === 1).length,
    faults: accesses.filter(({ read }) => read.startsWith('#PF')).length,
    differences: held.flatMap(({ trace, steps }) =>
      steps.flatMap(({ event, may, read, differs }, i) =>
        differs ? [{ trace: trace.name, step: i + 1, event: formatEvent(event), may, read }] : [],
      ),
    ),
    stopped: traces.flatMap(({ name, result }) => {
      const why = result === null ? 'nothing was heard of it' : result.stopped;
      return why === null ? [] : [{ trace: name, why }];
    }),
  };
}
