// What a run comes to: as data, and in words.
import { formatEvent } from '../../dist/src/trace/print.js';

/** The findings of a run as one JSON value. */
export function toJson(run) {
  const { linux, release, emulator, record, seed, seconds, tally, beyondSdm, control, heldAgainst, refused } =
    run;
  return {
    linux,
    release,
    emulator,
    record,
    seed,
    traces: tally.traces,
    events: tally.events,
    notRun: tally.notRun,
    accesses: tally.accesses,
    oneAllowed: tally.oneAllowed,
    faults: tally.faults,
    differences: run.minimised,
    stopped: tally.stopped,
    beyondSdm,
    control,
    heldAgainst,
    refused: refused.length,
    unitTests: run.unitTests,
    verdict: verdictOf(run),
    seconds,
  };
}

/**
 * `agrees` only of a comparison that was whole and could have failed: every guest came to its end, and the same output
 * differs from a record that it must differ from.
 */
export function verdictOf({ tally, control, heldAgainst, mustDiffer, unitTests }) {
  const wrong =
    tally.differences.length + (control?.differences.length ?? 0) + (unitTests?.wrong.length ?? 0);
  if (wrong > 0) return 'differs';
  const stopped = tally.stopped.length + (control?.stopped.length ?? 0);
  if (stopped > 0 || tally.notRun > 0 || tally.accesses === 0) return 'stopped';
  return mustDiffer.every((kernel) => heldAgainst[kernel] > 0) ? 'agrees' : 'cannot fail';
}

export function toText(run) {
  const { linux, release, emulator, record, tally, control, heldAgainst, beyondSdm, refused, minimised } =
    run;
  const verdict = verdictOf(run);
  return [
    `Linux ${release} under ${emulator}, beside the record of ${record}`,
    `${tally.traces} traces, ${tally.events} events; ${refused.length} traces have events that this rig cannot bring about`,
    `${tally.accesses} accesses: ${tally.oneAllowed} had one allowed result, ${tally.faults} got a page fault`,
    ...(tally.notRun > 0 ? [`${tally.notRun} events were not run`] : []),
    ...tally.stopped.slice(0, 10).map(({ trace, why }) => `  ${trace} stopped: ${why}`),
    `${tally.differences.length} differences`,
    ...minimised.flatMap(differenceLines),
    `reads that the SDM does not allow: ${beyondSdm.length}`,
    ...beyondSdm.map(
      ({ trace, step, event, may, read }) =>
        `  ${trace}, event ${step} (${event}): read ${read}, allowed ${may.join(' or ')}`,
    ),
    ...(control === null
      ? []
      : [
          `without shadow paging, the same traces: ${control.accesses} accesses, ${control.differences.length} reads that the SDM does not allow`,
        ]),
    `the same output held against other records: ${Object.entries(heldAgainst)
      .map(([name, count]) => `${name} ${count} differences`)
      .join(', ')}`,
    ...unitTestLines(run.unitTests),
    '',
    VERDICTS[verdict](linux, record),
  ].join('\n');
}

const VERDICTS = {
  agrees: (linux, record) =>
    `AGREES  nothing that Linux ${linux} came to is other than ${record}'s record allows`,
  differs: (linux, record) =>
    `DIFFERS  Linux ${linux} came to something that ${record}'s record does not allow`,
  stopped: () => 'STOPPED  not every guest came to its end',
  'cannot fail': () => 'NOTHING SHOWN  the same output agrees with a record from which it has to differ',
};

function differenceLines({ trace, step, event, may, read, layout, bounds, minimal, isMinimal }) {
  return [
    `  ${trace}, event ${step} (${event}): read ${read}, allowed ${may.join(' or ') || 'nothing'}`,
    ...(minimal === null
      ? []
      : [`    ${isMinimal ? 'minimised' : 'shortened'}, on layout ${[layout, ...pairs(bounds)].join(' ')}:`]),
    ...(minimal ?? []).map((line) => `      ${line}`),
  ];
}

function pairs(bounds) {
  return Object.entries(bounds).map(([name, value]) => `${name}=${value}`);
}

function unitTestLines(unitTests) {
  if (unitTests === null)
    return ['tests of kvm-unit-tests: not run; --kvm-unit-tests DIR names a tree to build them in'];
  const { tests, failing, wrong, control } = unitTests;
  return [
    `${tests} tests of kvm-unit-tests: ${failing.length} fail, as the record says`,
    ...failing.map(({ test, line, found }) => `  ${test}, ${line}: found ${found}`),
    ...(control === null ? [] : [`without shadow paging ${control} of them pass`]),
    ...wrong.map(({ test, why }) => `  WRONG ${test}: ${why}`),
  ];
}

/** Events as lines of a trace. */
export function linesOf(events) {
  return events.map(formatEvent);
}
