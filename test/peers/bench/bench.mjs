// Measures vtlb beside the peers, in turns, on layout `minimal` with kernel `patch` and contract `kvm`.
//   npm run bench -- [--json] [--quick] [--rounds N] [--bound pcids=3]
// Exit code 1 when two of them count differently, 2 when a program is missing.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readBounds } from '../tools/bounds.mjs';
import { MissingError } from '../tools/error.mjs';
import { need } from '../tools/run.mjs';
import { disagreements } from './agree.mjs';
import { Stopwatch } from './measure.mjs';
import { resultOf } from './result.mjs';
import { runRounds } from './rounds.mjs';
import { formatResult } from './table.mjs';

/** What is measured: 5,806,173 states, or few enough for a test, where only the counts are of interest. */
const FULL = { bound: ['pcids=3'], rounds: 3, prefixStates: 6000, hurried: false };
const QUICK = { bound: [], rounds: 1, prefixStates: 600, hurried: true };

const { values } = parseArgs({
  options: {
    layout: { type: 'string', default: 'minimal' },
    bound: { type: 'string', multiple: true },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
try {
  process.exitCode = await bench();
} catch (error) {
  if (!(error instanceof MissingError)) throw error;
  say(error.message);
  process.exitCode = 2;
}

async function bench() {
  if (values.layout !== 'minimal') throw new Error(`the peers have layout minimal, not ${values.layout}`);
  const { bound, rounds, ...size } = values.quick ? QUICK : FULL;
  need('spin', 'rumur', 'gcc');
  const folder = mkdtempSync(join(tmpdir(), 'vtlb-bench-'));
  try {
    const best = await runRounds({
      ...size,
      folder,
      stopwatch: new Stopwatch(folder),
      bounds: readBounds(values.bound ?? bound),
      rounds: Number(values.rounds ?? rounds),
      say,
    });
    const differ = disagreements(best);
    for (const line of differ) say(line);
    const result = resultOf(values.layout, best);
    print(values.json ? JSON.stringify(result) : formatResult(result, best.node.peakBytes));
    return differ.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function print(text) {
  process.stdout.write(`${text}\n`);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
