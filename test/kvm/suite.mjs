// The traces that a running KVM is given.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUGS } from '../../dist/spec/bugs/bugs.js';
import { CONTRACTS } from '../../dist/spec/contracts/named.js';
import { KERNELS } from '../../dist/spec/kernels/named.js';
import { buildLayout } from '../../dist/spec/layouts/build.js';
import { LAYOUTS } from '../../dist/spec/layouts/named.js';
import { SCENARIOS } from '../../dist/spec/scenarios/scenarios.js';
import { runJob } from '../../dist/src/check/job.js';
import { defaultLimits, makeLimits } from '../../dist/src/checker/limits.js';
import { allowedReads } from '../../dist/src/export/kvm-unit-tests/allowed.js';
import { replay } from '../../dist/src/replay/replay.js';
import { parseTrace } from '../../dist/src/trace/parse.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A counterexample of every layout is found well before so many states, where there is one. */
const MOST_STATES = 200_000;

/** A guest with Linux's own number of cached roots, whatever the layout says. */
export function guestLayout(layout, bounds) {
  return buildLayout(LAYOUTS[layout], { ...bounds, cachedRoots: 3 });
}

/** Scenarios, bugs, the traces of this folder and of test/kernel: each with its name, layout, bounds and events. */
export function knownTraces() {
  const read = (path, name, { layout, bounds }) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    const events = parseTrace(text, guestLayout(layout, bounds)).map(({ event }) => event);
    return { name, layout, bounds, events };
  };
  const scenarios = Object.entries(SCENARIOS).map(([name, setting]) =>
    read(`spec/scenarios/${name}.trace`, `scenario ${name}`, setting),
  );
  const bugs = BUGS.flatMap(({ reproductions }) =>
    reproductions.map((setting) =>
      read(`spec/bugs/traces/${setting.trace}.trace`, `bug ${setting.trace}`, setting),
    ),
  );
  const kept = ['test/kvm/traces', 'test/kernel/traces'].flatMap((folder) =>
    readdirSync(join(ROOT, folder)).map((file) => {
      const path = join(folder, file);
      return read(path, basename(file, '.trace'), settingOf(readFileSync(join(ROOT, path), 'utf8')));
    }),
  );
  return [...scenarios, ...bugs, ...kept];
}

/** `# layout: kernel userPages=2` at the head of a trace. */
function settingOf(text) {
  const [layout = 'minimal', ...pairs] = (/^# layout: (.*)$/m.exec(text)?.[1] ?? '').split(' ');
  const bounds = Object.fromEntries(
    pairs.map((pair) => pair.split('=')).map(([name, value]) => [name, Number(value)]),
  );
  return { layout, bounds };
}

/** The shortest trace that is stale under `sdm`, of every layout that has one, with a read at its end that shows it. */
export async function counterexamples(kernelName) {
  const found = [];
  for (const name of Object.keys(LAYOUTS)) {
    const layout = guestLayout(name, {});
    const kernel = KERNELS[kernelName];
    const limits = makeLimits({ ...defaultLimits(), maxStates: MOST_STATES }, new AbortController().signal);
    const job = { kernel, contract: CONTRACTS.sdm, layout: LAYOUTS[name], bounds: { cachedRoots: 3 } };
    const { violations } = await runJob({ ...job, tlbs: 'apart', flushesOrdered: false }, { limits });
    if (violations.length === 0) continue;
    const events = shown({ layout, kernel, contract: CONTRACTS.sdm }, violations[0].trace);
    found.push({ name: `sdm counterexample of ${name}`, layout: name, bounds: {}, events });
  }
  return found;
}

/** A trace that ends in a stale state, and a read of what is stale, behind a load of CR3 if it takes one. */
function shown(world, trace) {
  const ways = [[], ...world.layout.events.filter(({ kind }) => kind === 'mov-cr3').map((load) => [load])];
  const reads = world.layout.events.filter(({ kind }) => kind === 'access');
  for (const way of ways) {
    for (const read of reads) {
      const events = [...trace, ...way, read];
      const allowed = allowedReads(world, events).at(-1);
      const { sees } = replay(world, events).steps.at(-1).exit;
      if (sees.some((frame) => !allowed.frames.includes(frame))) return events;
    }
  }
  return trace;
}
