// Boots kernels in an emulator, has KVM with shadow paging run traces, and holds what it came to against the spec:
//   node test/kvm/run.mjs [--linux 6.1|6.12|7.3] [--pcid] [--seed N] [--events N] [--kvm-unit-tests DIR] [--seconds N] [--json]
import { parseArgs } from 'node:util';
import { LINUX_VERSIONS } from '../../dist/src/conform/harness.js';
import { expectedBySdm, expectedOnKvm } from '../../dist/src/kvm/expect.js';
import { holdAgainst } from './hold.mjs';
import { minimise } from './minimise.mjs';
import { randomTraces } from './random.mjs';
import { linesOf, toJson, toText, verdictOf } from './report.mjs';
import { programsFor, runTraces, worldOf } from './session.mjs';
import { counterexamples, knownTraces } from './suite.mjs';
import { buildUnitTests, judgeUnitTests } from './unit-tests.mjs';

const EXIT = { agrees: 0, differs: 1, stopped: 3, 'cannot fail': 3 };

/** Records that the output is held against besides its own. */
const OTHERS = ['naive', 'v5.12', 'v5.14', 'v6.1', 'v6.12', 'v7.3'];

/** So many traces that differ are minimised. */
const MOST_MINIMISED = 6;
const ROUNDS = { qemu: 8, bochs: 3 };

class UsageError extends Error {}

function options() {
  try {
    const { values } = parseArgs({
      options: {
        linux: { type: 'string', default: '6.12' },
        pcid: { type: 'boolean', default: false },
        seed: { type: 'string', default: '1' },
        events: { type: 'string', default: '10000' },
        seconds: { type: 'string', default: '3600' },
        'kvm-unit-tests': { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    if (!Object.hasOwn(LINUX_VERSIONS, values.linux))
      throw new Error(`--linux ${values.linux}: expected ${Object.keys(LINUX_VERSIONS).join(', ')}`);
    const number = (name) => {
      if (!/^\d+$/.test(values[name])) throw new Error(`--${name} ${values[name]}: expected a whole number`);
      return Number(values[name]);
    };
    return { ...values, seed: number('seed'), events: number('events'), seconds: number('seconds') };
  } catch (error) {
    throw new UsageError(error.message);
  }
}

/** Ends at Ctrl-C or SIGTERM, so that no emulator is left behind. */
function interrupt() {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => controller.abort());
  return controller.signal;
}

/** Says on standard error how far it is: what is new, at most every few seconds, and every so often that it goes on. */
function progress() {
  const start = performance.now();
  let last = { text: '', at: Number.NEGATIVE_INFINITY };
  return (text) => {
    const at = performance.now();
    if (at - last.at < (text === last.text ? 30_000 : 3000)) return;
    last = { text, at };
    process.stderr.write(`${Math.round((at - start) / 1000)} s: ${text}\n`);
  };
}

async function main({ linux, pcid: hasPcid, seed, events, seconds, 'kvm-unit-tests': tree }) {
  const start = performance.now();
  const say = progress();
  const record = LINUX_VERSIONS[linux];
  const emulator = hasPcid ? 'bochs' : 'qemu';
  const rig = { kernel: linux, emulator, say, seconds, signal: interrupt() };

  say('the traces are made');
  const known = knownTraces();
  // Of no layout is there a shortest one without PCIDs.
  const stale = hasPcid ? await counterexamples(record) : [];
  const random = randomTraces({ seed, events, hasPcid });
  const { able, refused } = programsFor([...known, ...stale, ...random], hasPcid);
  const tests =
    tree === undefined ? null : buildUnitTests(tree, [...known, ...stale], { hasPcid, record, say });

  // QEMU's own emulation is no control: it keeps a translation that a page fault has to invalidate.
  const { release, passes } = await runTraces(rig, able, hasPcid ? [true, false] : [true], tests?.images);
  say('what was read is held against the spec');
  const [shadow, direct] = passes;
  const onKvm = (kernel) => (trace) => expectedOnKvm(worldOf(trace, kernel), trace.events);
  const bySdm = (trace) => expectedBySdm(worldOf(trace, record), trace.events);
  const tally = holdAgainst(shadow.traces, onKvm(record));
  const run = {
    linux,
    release,
    emulator,
    record,
    seed,
    refused,
    tally,
    beyondSdm: holdAgainst(shadow.traces, bySdm).differences,
    control: direct === undefined ? null : holdAgainst(direct.traces, bySdm),
    heldAgainst: Object.fromEntries(
      OTHERS.filter((kernel) => kernel !== record).map((kernel) => [
        kernel,
        holdAgainst(shadow.traces, onKvm(kernel)).differences.length,
      ]),
    ),
    // Without PCIDs no read tells a kernel from the one that caches nothing; 6.1 reads as v5.14 then.
    mustDiffer: hasPcid ? ['naive', 'v5.14'] : [linux === '6.1' ? 'v6.12' : 'v5.14'],
    minimised: await minimiseAll(rig, tally.differences, shadow.traces, record),
    unitTests: tests === null ? null : judgeUnitTests(tests, passes, record),
  };
  return { ...run, seconds: (performance.now() - start) / 1000 };
}

/** The first difference of each trace, with the shortest trace that shows it. */
async function minimiseAll(rig, differences, traces, record) {
  const firsts = differences.filter(
    ({ trace }, i) => differences.findIndex((each) => each.trace === trace) === i,
  );
  if (firsts.length === 0) return [];
  const found = firsts.map((difference) => {
    const { layout, bounds, events } = traces.find(({ name }) => name === difference.trace);
    return { ...difference, layout, bounds, events: events.slice(0, difference.step) };
  });
  for (const { trace, step, event, read, may } of found)
    process.stderr.write(
      `${trace} differs at event ${step} (${event}): read ${read}, allowed ${may.join(' or ')}\n`,
    );
  const some = found.slice(0, MOST_MINIMISED);
  const fails = (candidates) => differing(rig, candidates, some, record);
  const shortest = await minimise(
    some.map(({ events }) => events),
    fails,
    ROUNDS[rig.emulator],
  );
  return found.map(({ events: _, ...at }, i) => ({
    ...at,
    minimal: shortest[i] === undefined ? null : linesOf(shortest[i].events),
    isMinimal: shortest[i]?.isMinimal ?? false,
  }));
}

/** Up to which event each of these differs, in one boot. */
async function differing(rig, candidates, settings, record) {
  const traces = candidates.map(({ of, events }, i) => {
    const { layout, bounds } = settings[of];
    return { name: `${i}`, layout, bounds, events };
  });
  const { able } = programsFor(traces, rig.emulator === 'bochs');
  const { passes } = await runTraces(rig, able, [true]);
  const { differences } = holdAgainst(passes[0].traces, (trace) =>
    expectedOnKvm(worldOf(trace, record), trace.events),
  );
  return candidates.map((_, i) => differences.find(({ trace }) => trace === `${i}`)?.step ?? null);
}

try {
  const chosen = options();
  const run = await main(chosen);
  process.stdout.write(`${chosen.json ? JSON.stringify(toJson(run)) : toText(run)}\n`);
  process.exitCode = EXIT[verdictOf(run)];
} catch (error) {
  const code = { MissingError: 2, StoppedError: 3 }[error.name] ?? (error instanceof UsageError ? 2 : null);
  if (code === null) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = code;
}
