// SPDX-License-Identifier: GPL-2.0
// Compiles the extracted text together with the shim and the driver, and links them.
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CompileError, MissingError } from './error.mjs';

const run = promisify(execFile);

// The big one first: two are compiled at a time.
const OURS = [
  'shim/mmu_unit.c',
  'shim/x86_unit.c',
  'shim/host.c',
  'shim/kvm_main.c',
  'shim/vendor.c',
  'shim/libc.c',
  'driver/guest.c',
  'driver/vm.c',
  'driver/events.c',
  'driver/observe.c',
  'driver/api.c',
];
const KERNEL = ['kvm/mmu/spte.c', 'kvm/mmu/page_track.c'];
const EXPORTS = ['in', 'out', 'create', 'apply', 'unused', 'failure', 'failure_file', 'failure_line'];

const FLAGS = [
  ...['--target=wasm32', '-mbulk-memory', '-std=gnu11', '-O2', '-ffreestanding', '-nostdinc', '-fno-builtin'],
  ...[
    '-fno-strict-aliasing',
    '-fno-delete-null-pointer-checks',
    '-fwrapv',
    '-ffunction-sections',
    '-fdata-sections',
  ],
  ...['-Wno-everything', '-Werror=implicit-function-declaration', '-Werror=int-conversion'],
  '-Werror=incompatible-pointer-types',
];

/** The names of the compiler and the linker. @throws MissingError */
export function compilers() {
  return { cc: tool(['clang-14', 'clang']), ld: tool(['wasm-ld-14', 'wasm-ld']) };
}

function tool(names) {
  for (const name of names) {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' });
      return name;
    } catch {
      // Not this one.
    }
  }
  throw new MissingError(`no ${names.join(' or ')} is installed. On Debian: apt-get install clang-14 lld-14`);
}

/** Compiles what `extract` put into `out`, with the C of `folder`, to `product`. @throws CompileError */
export async function compile({ out, folder, product, tools: { cc, ld } }) {
  const resources = execFileSync(cc, ['-print-resource-dir'], { encoding: 'utf8' }).trim();
  const args = [
    ...FLAGS,
    ...['-include', join(folder, 'shim/linux.h')],
    ...['kernel', 'kernel/uapi', 'empty', 'kvm', 'kvm/mmu'].map((name) => `-I${join(out, name)}`),
    ...['shim', 'driver'].map((name) => `-I${join(folder, name)}`),
    ...['-isystem', join(resources, 'include')],
  ];
  const sources = [...OURS.map((file) => join(folder, file)), ...KERNEL.map((file) => join(out, file))];
  const jobs = sources.map((file, i) => ({ file, object: join(out, 'obj', `${i}.o`) }));
  mkdirSync(join(out, 'obj'), { recursive: true });
  const queue = [...jobs];
  const worker = async () => {
    for (let job = queue.shift(); job; job = queue.shift()) {
      await run(cc, [...args, '-c', job.file, '-o', job.object], { maxBuffer: 1 << 26 }).catch((error) => {
        throw new CompileError(`${job.file}:\n${firstErrors(error.stderr)}`, undeclaredIn(error.stderr));
      });
    }
  };
  await Promise.all([worker(), worker()]);
  // What nothing provides is imported, so that reaching it ends the run and tells its name.
  await run(ld, [
    ...['--no-entry', '--gc-sections', '--strip-all', '--stack-first', '-z', 'stack-size=65536'],
    '--import-undefined',
    ...EXPORTS.map((name) => `--export=harness_${name}`),
    ...['--export=__data_end', '--export=__global_base', '--export=__heap_base', '-o', product],
    ...jobs.map(({ object }) => object),
  ]);
}

function undeclaredIn(text) {
  const found = text.matchAll(/(?:implicit declaration of function|use of undeclared identifier) '(\w+)'/g);
  return [...new Set([...found].map(([, name]) => name))];
}

function firstErrors(text) {
  const errors = text.split('\n').filter((line) => line.includes('error'));
  return errors.slice(0, 20).join('\n');
}
