// SPDX-License-Identifier: GPL-2.0
// Compiles a changed tree and searches it, in a thread of its own: a mutant may never come to an end.
import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { CONTRACTS } from '../../../dist/spec/contracts/named.js';
import { KERNELS } from '../../../dist/spec/kernels/named.js';
import { runJob } from '../../../dist/src/check/job.js';
import { defaultLimits, makeLimits } from '../../../dist/src/checker/limits.js';
import { buildKernel, HarnessMissing, LINUX_VERSIONS } from '../../../dist/src/conform/harness.js';
import { REACHED } from './instrument.mjs';
import { MAX_STATES, SCOPES } from './scopes.mjs';

// What is built here goes with the run.
process.env.XDG_CACHE_HOME = workerData.cache;

/** Numbers of lines that the code told of. */
const reached = new Set();

// What instrumented code calls is provided; whatever else it lacks stays what it is.
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(module, imports) {
    super(module, { env: { ...imports.env, [REACHED]: (number) => void reached.add(number) } });
  }
};

/** Searches a scope: what breaks first, or what there is. Code may give up before the first event. */
async function searchScope({ product, digest }, version, name) {
  const { layout, bounds } = SCOPES[name];
  const limits = makeLimits({ ...defaultLimits(), maxStates: MAX_STATES }, new AbortController().signal);
  const kernel = KERNELS[LINUX_VERSIONS[version]];
  const job = {
    ...{ kernel, contract: CONTRACTS.kvm, layout, bounds, tlbs: 'apart', flushesOrdered: false },
    linux: { product, digest },
  };
  const { violations, states, facts, transitions } = await runJob(job, { limits }).catch((error) => {
    if (error.name !== 'KernelPanic') throw error;
    return { violations: [{ property: 'kernel-gave-up', trace: [], message: error.message }] };
  });
  const [violation] = violations;
  if (violation === undefined) return { counts: [states, facts, transitions].join() };
  const { property: by, trace, message } = violation;
  return { killed: { by, events: trace.length, on: name, why: message } };
}

/**
 * What becomes of a tree: it is the same code as another product, breaks, or has these counts by scope; and which lines
 * were reached on each.
 */
async function outcomeOf({ tree, version, scopes, same = null }) {
  let built;
  try {
    built = await buildKernel(tree);
  } catch (error) {
    if (error instanceof HarnessMissing) return { kind: 'does not compile' };
    throw error;
  }
  try {
    if (same !== null && readFileSync(built.product).equals(readFileSync(same))) return { kind: 'same code' };
    const counts = {};
    const lines = {};
    for (const scope of scopes) {
      reached.clear();
      const found = await searchScope(built, version, scope);
      if (found.killed) return { kind: 'killed', ...found.killed };
      counts[scope] = found.counts;
      lines[scope] = [...reached];
    }
    return { kind: 'searched', counts, lines };
  } finally {
    rmSync(dirname(built.product), { recursive: true, force: true });
  }
}

parentPort.on('message', (task) => {
  outcomeOf(task).then(
    (outcome) => parentPort.postMessage(outcome),
    (error) =>
      parentPort.postMessage({ kind: 'failed', why: String(error?.message ?? error).split('\n')[0] }),
  );
});
