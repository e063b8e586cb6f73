// SPDX-License-Identifier: GPL-2.0
// Searches every mutant of a kernel's own text on small layouts, and prints what became of each, a line a mutant:
//   node test/kernel/mutants/run.mjs [VERSION] [FIRST] [COUNT]
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONTRACTS } from '../../../dist/spec/contracts/named.js';
import { KERNELS } from '../../../dist/spec/kernels/named.js';
import { LAYOUTS } from '../../../dist/spec/layouts/named.js';
import { runJob } from '../../../dist/src/check/job.js';
import { defaultLimits, makeLimits } from '../../../dist/src/checker/limits.js';
import { buildKernel, HarnessMissing, LINUX_VERSIONS } from '../../../dist/src/conform/harness.js';
import { mutantsOf } from './generate.mjs';

const SCOPES = [
  { layout: 'minimal', bounds: {} },
  { layout: 'kernel', bounds: { userPages: 0 } },
  { layout: 'shared', bounds: {} },
  { layout: 'roles', bounds: { spaces: 1 } },
  { layout: 'smp', bounds: { pcids: 1 } },
];
const MAX_STATES = 1_500;

const [version = '7.3', first = '0', count = 'Infinity'] = process.argv.slice(2);

/** A search of each scope, until one breaks. */
async function searchAll(linux) {
  const found = [];
  for (const { layout, bounds } of SCOPES) {
    const limits = makeLimits({ ...defaultLimits(), maxStates: MAX_STATES }, new AbortController().signal);
    const kernel = KERNELS[LINUX_VERSIONS[version]];
    const job = {
      kernel,
      contract: CONTRACTS.kvm,
      layout: LAYOUTS[layout],
      bounds,
      tlbs: 'apart',
      flushesOrdered: false,
      linux,
    };
    const { violations, states, facts, transitions } = await runJob(job, { limits });
    const [violation] = violations;
    if (violation !== undefined)
      return `killed: ${violation.property} after ${violation.trace.length} events on ${layout}`;
    found.push([states, facts, transitions].join());
  }
  return found.join(' ');
}

async function outcomeOf(folder, { file, text }, original) {
  writeFileSync(join(folder, 'arch/x86/kvm', file), text);
  try {
    const { product, digest } = await buildKernel(folder);
    if (digest === original.digest) return 'the same code';
    const found = await searchAll({ product, digest });
    if (found.startsWith('killed')) return found;
    return found === original.found ? 'survives: the same counts as the original' : 'survives: other counts';
  } catch (error) {
    if (error instanceof HarnessMissing) return 'does not compile';
    return `killed: ${error instanceof Error ? error.message.split('\n')[0] : error}`;
  }
}

const { tree, product, digest } = await buildKernel(version);
const folder = mkdtempSync(join(tmpdir(), 'vtlb-mutants-'));
try {
  mkdirSync(join(folder, 'arch/x86'), { recursive: true });
  for (const part of ['include', 'virt', 'arch/x86/include'])
    symlinkSync(join(tree, part), join(folder, part));
  const restore = () => cpSync(join(tree, 'arch/x86/kvm'), join(folder, 'arch/x86/kvm'), { recursive: true });
  const all = mutantsOf(tree);
  console.log(`${all.length} mutants of Linux ${version}`);
  const original = { digest, found: await searchAll({ product, digest }) };
  console.log(`original: ${original.found}`);
  for (const mutant of all.slice(Number(first), Number(first) + Number(count))) {
    restore();
    console.log(`${mutant.id}: ${await outcomeOf(folder, mutant, original)}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
