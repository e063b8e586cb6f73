// SPDX-License-Identifier: GPL-2.0
// Compiles the extracted text together with the shim and the driver, and links them.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
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
/** Texts that one unit alone includes: where only they change, the other units need not be compiled again. */
const ONLY_IN = {
  'kvm/mmu/mmu.c': 'shim/mmu_unit.c',
  'kvm/mmu/paging_tmpl.h': 'shim/mmu_unit.c',
  'kvm/cut.inc': 'shim/x86_unit.c',
  'kvm/requests.inc': 'shim/x86_unit.c',
};
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

/**
 * Compiles what `extract` put into `out`, with the C of `folder`, to `product`.
 *
 * @param objects where objects are kept, and taken from if they are of the same text
 * @param stampOf a digest of all texts that `extract` made but some
 * @throws CompileError
 */
export async function compile({ out, folder, product, objects, stampOf, tools: { cc, ld } }) {
  const resources = execFileSync(cc, ['-print-resource-dir'], { encoding: 'utf8' }).trim();
  const args = [
    ...FLAGS,
    // The same text is the same code, wherever it lies.
    `-fmacro-prefix-map=${out}/=`,
    ...['-include', join(folder, 'shim/linux.h')],
    ...['kernel', 'kernel/uapi', 'empty', 'kvm', 'kvm/mmu'].map((name) => `-I${join(out, name)}`),
    ...['shim', 'driver'].map((name) => `-I${join(folder, name)}`),
    ...['-isystem', join(resources, 'include')],
  ];
  const isOthers = (unit) => (path) => (ONLY_IN[path] ?? unit) !== unit;
  const jobs = [...OURS.map((unit) => [unit, folder]), ...KERNEL.map((unit) => [unit, out])].map(
    ([unit, where]) => {
      const name = `${unit.replaceAll('/', '_')}.${stampOf(isOthers(unit)).slice(0, 16)}.o`;
      return { unit, file: join(where, unit), object: join(objects, name), made: join(out, name) };
    },
  );
  mkdirSync(objects, { recursive: true });
  const queue = jobs.filter(({ object }) => !existsSync(object));
  const worker = async () => {
    for (let job = queue.shift(); job; job = queue.shift()) {
      const { unit, file, object, made } = job;
      const list = `${made}.d`;
      await run(cc, [...args, '-MD', '-MF', list, '-c', file, '-o', made], { maxBuffer: 1 << 26 }).catch(
        (error) => {
          throw new CompileError(`${file}:\n${firstErrors(error.stderr)}`, undeclaredIn(error.stderr));
        },
      );
      const included = readFileSync(list, 'utf8');
      const wrong = Object.keys(ONLY_IN).find(
        (path) => isOthers(unit)(path) && included.includes(join(out, path)),
      );
      if (wrong !== undefined) throw new Error(`cannot happen: ${unit} includes ${wrong}`);
      renameSync(made, object);
    }
  };
  await Promise.all([worker(), worker()]);
  // What nothing provides is imported, so that reaching it ends the run and tells its name.
  await run(ld, [
    ...['--no-entry', '--gc-sections', '--strip-all', '--stack-first', '-z', 'stack-size=16384'],
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
