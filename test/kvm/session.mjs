// Traces on a rig: encoded, run, and handed back with what they came to.
import { CONTRACTS } from '../../dist/spec/contracts/named.js';
import { KERNELS } from '../../dist/spec/kernels/named.js';
import { initialMachine } from '../../dist/spec/step/initial.js';
import { UnsupportedGuest } from '../../dist/src/kvm/image.js';
import { programFor, UnsupportedStep } from '../../dist/src/kvm/program.js';
import { parseResults } from '../../dist/src/kvm/results.js';
import { encodeStreams } from '../../dist/src/kvm/streams.js';
import { stepsFrom } from '../../dist/src/replay/replay.js';
import { boot } from './rig/index.mjs';
import { guestLayout } from './suite.mjs';

const STREAMS = 'streams.bin';

/** The world of a trace under a kernel of this name. */
export function worldOf({ layout, bounds }, kernel) {
  return { layout: guestLayout(layout, bounds), kernel: KERNELS[kernel], contract: CONTRACTS.kvm };
}

/** The traces that a guest can carry out, with its program; and why the others cannot. */
export function programsFor(traces, hasPcid) {
  const able = [];
  const refused = [];
  for (const trace of traces) {
    try {
      // What a guest's instructions are does not depend on the kernel.
      const world = worldOf(trace, 'v6.12');
      able.push({
        ...trace,
        program: programFor(world, stepsFrom(world, initialMachine(world), trace.events), hasPcid),
      });
    } catch (error) {
      if (!(error instanceof UnsupportedGuest || error instanceof UnsupportedStep)) throw error;
      refused.push({ trace: trace.name, why: error.message });
    }
  }
  return { able, refused };
}

/**
 * One boot, in which each pass is given all of the traces.
 *
 * @param tests images of kvm-unit-tests, by file name
 * @returns the kernel's release; of each pass the traces with their results, and the report of the tests
 */
export async function runTraces(rig, able, passes, tests = new Map()) {
  const programs = able.map(({ program }) => program);
  const files = new Map([[STREAMS, encodeStreams(programs)], ...tests]);
  const plan = [`streams /${STREAMS}`, ...[...tests.keys()].map((name) => `boot /${name}`)];
  const { release, reports } = await boot({
    ...rig,
    files,
    passes: passes.map((shadow) => ({ shadow, plan })),
  });
  return {
    release,
    passes: reports.map((report) => {
      const results = parseResults(report, programs.length);
      return { report, traces: able.map((trace, i) => ({ ...trace, result: results[i] })) };
    }),
  };
}
