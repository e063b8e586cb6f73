// SPDX-License-Identifier: GPL-2.0
// Searches every mutant of a kernel's own text on small layouts, and writes what became of each to a file as it goes; a
// mutant that the file has is left out, so that a run can be stopped at any time and goes on where it was:
//   node test/kernel/mutants/run.mjs [VERSION] [FILE]
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { buildKernel } from '../../../dist/src/conform/harness.js';
import { mutantsOf } from './generate.mjs';
import { instrument } from './instrument.mjs';
import { openResults } from './results.mjs';
import { MAX_STATES, SCOPES } from './scopes.mjs';

/** Seconds of processor time, which a busy machine does not use up, after which a mutant is taken to loop. */
const PATIENCE = 120;

const [version = '6.12', file = fileURLToPath(new URL(`results-${version}.tsv`, import.meta.url))] =
  process.argv.slice(2);

let worker = null;

/** What the worker makes of a task; it is given up when it takes too long. */
async function outcomeOf(task) {
  worker ??= new Worker(new URL('worker.mjs', import.meta.url), {
    workerData: { cache: join(folder, 'cache') },
  });
  const patience = new AbortController();
  const begun = process.cpuUsage();
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(begun);
    if (user + system > PATIENCE * 1e6) patience.abort();
  }, 1000);
  worker.postMessage(task);
  try {
    const [outcome] = await once(worker, 'message', { signal: patience.signal });
    return outcome;
  } catch (error) {
    worker.terminate();
    worker = null;
    return error.name === 'AbortError' ? { kind: 'does not end' } : { kind: 'failed', why: error.message };
  } finally {
    clearInterval(timer);
  }
}

/** One of each function, then the second of each, and so on: a run that is stopped has some of all. */
function inTurns(mutants) {
  const met = new Map();
  const turns = mutants.map((mutant) => {
    const turn = met.get(mutant.name) ?? 0;
    met.set(mutant.name, turn + 1);
    return { mutant, turn };
  });
  return turns.sort((one, other) => one.turn - other.turn).map(({ mutant }) => mutant);
}

/** A text that may stand in a table. */
const oneLine = (text) => text.replace(/\s+/g, ' ').trim();

/** What is said of an outcome in the file. */
function lineOf(outcome, original) {
  if (outcome.kind === 'killed') {
    const { by, events, on, why } = outcome;
    return { kind: 'killed', more: [by, events, on, ...(by === 'kernel-gave-up' ? [oneLine(why)] : [])] };
  }
  if (outcome.kind === 'failed') return { kind: 'failed', more: [outcome.why] };
  if (outcome.kind !== 'searched') return { kind: outcome.kind, more: [] };
  const scopes = Object.keys(outcome.counts);
  const differs = scopes.filter((scope) => outcome.counts[scope] !== original.counts[scope]);
  return differs.length > 0
    ? { kind: 'other counts', more: [differs.join()] }
    : { kind: 'equal', more: [scopes.join()] };
}

const folder = mkdtempSync(join(tmpdir(), 'vtlb-mutants-'));
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, async () => {
    await worker?.terminate();
    // A compiler may still be writing.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    process.exit(130);
  });
const { tree, product } = await buildKernel(version);
const all = mutantsOf(tree);
const everyScope = Object.keys(SCOPES);
const kvm = join(folder, 'arch/x86/kvm');
try {
  mkdirSync(join(folder, 'arch/x86'), { recursive: true });
  for (const part of ['include', 'virt', 'arch/x86/include'])
    symlinkSync(join(tree, part), join(folder, part));
  cpSync(join(tree, 'arch/x86/kvm'), kvm, { recursive: true });
  const { texts, ofMutants } = instrument(tree);
  for (const [name, text] of texts) writeFileSync(join(kvm, name), text);
  const original = await outcomeOf({ tree: folder, version, scopes: everyScope });
  if (original.kind !== 'searched') throw new Error(`the kernel itself: ${JSON.stringify(original)}`);
  for (const name of texts.keys()) cpSync(join(tree, 'arch/x86/kvm', name), join(kvm, name));

  const { results, add } = openResults(file, [
    `- Linux ${version}, ${readFileSync(join(tree, '.complete'), 'utf8').trim()}; ${all.length} mutants`,
    ...everyScope.map((scope) => `- ${scope}, ${MAX_STATES}: ${original.counts[scope]}`),
  ]);
  for (const { id, file: changed, text } of inTurns(all)) {
    if (results.has(id)) continue;
    const number = ofMutants.get(id);
    const scopes = everyScope.filter((scope) => number === null || original.lines[scope].includes(number));
    let line = { kind: 'not reached', more: [] };
    if (scopes.length > 0) {
      writeFileSync(join(kvm, changed), text());
      line = lineOf(await outcomeOf({ tree: folder, version, scopes, same: product }), original);
      cpSync(join(tree, 'arch/x86/kvm', changed), join(kvm, changed));
    }
    add(id, line);
    console.log(`${id}: ${[line.kind, ...line.more].join(' ')}`);
  }
} finally {
  worker?.terminate();
  rmSync(folder, { recursive: true });
}
