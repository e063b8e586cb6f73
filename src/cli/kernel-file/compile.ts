import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, parse, relative, resolve } from 'node:path';
import { packageRoot } from '../../package-root.ts';
import { InputError, messageOf } from '../exit-code.ts';
import { tell } from '../thread/tell.ts';

/** How strictly a kernel file is checked, and what comes out: a module that Node loads. */
const COMPILER_OPTIONS = {
  target: 'ES2023',
  lib: ['ES2023'],
  types: [],
  module: 'ESNext',
  moduleResolution: 'bundler',
  strict: true,
  noEmitOnError: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  rewriteRelativeImportExtensions: true,
};

/** More of what the compiler says is cut off. */
const MOST_TOLD = 2 ** 24;

/** A line of `tsc --pretty false` that begins a message. */
const DIAGNOSTIC = /^(.+)\((\d+),(\d+)\): error TS\d+: (.*)$/;

/**
 * Checks a TypeScript file by its types and writes it out as JavaScript, in a folder in which `vtlb` is this
 * package. The folder goes when the process ends: worker threads load the module too.
 *
 * @returns the JavaScript file, and all files that were written out, that one and those that it imports
 * @throws InputError that says what is wrong first with its types
 */
export function compileKernel(file: string): {
  readonly script: string;
  readonly written: readonly string[];
} {
  const source = realpathSync(resolve(file));
  const folder = temporaryFolder(file);
  prepare(folder, source);
  compile(folder, file);
  const out = join(folder, 'out');
  const script = join(out, relative(parse(source).root, source)).replace(/\.(m?)ts$/, '.$1js');
  const entries = readdirSync(out, { recursive: true, withFileTypes: true });
  const written = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return { script, written };
}

/** @throws InputError when none can be made */
function temporaryFolder(file: string): string {
  try {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'vtlb-kernel-')));
    tell({ folder });
    return folder;
  } catch (error) {
    throw new InputError(
      `${file} cannot be compiled: expected a folder for temporary files, set by TMPDIR: ${messageOf(error)}`,
    );
  }
}

function prepare(folder: string, source: string): void {
  const types = (entry: string) => [join(packageRoot(), 'dist', entry)];
  const config = {
    compilerOptions: {
      ...COMPILER_OPTIONS,
      rootDir: parse(source).root,
      outDir: join(folder, 'out'),
      paths: { vtlb: types('src/index.d.ts'), 'vtlb/spec': types('spec/index.d.ts') },
    },
    files: [source],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(packageRoot(), join(folder, 'node_modules', 'vtlb'), 'junction');
}

function compile(folder: string, file: string): void {
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [tsc(), '--project', folder, '--pretty', 'false'],
    { encoding: 'utf8', maxBuffer: MOST_TOLD },
  );
  if (status === 0) return;
  const told = `${stdout}${stderr}`.trim() || error?.message || 'the compiler failed';
  throw new InputError(`${file} does not type-check: ${firstIn(told)}`);
}

function tsc(): string {
  const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
  return join(dirname(manifest), 'bin', 'tsc');
}

/** The first thing that the compiler said, its place as `file:line:column`, and how much more it said. */
function firstIn(told: string): string {
  const lines = told.split('\n');
  const begins = lines.flatMap((line, i) => (DIAGNOSTIC.test(line) ? [i] : []));
  const [first = 0, second = lines.length] = begins;
  const more = begins.length > 1 ? ` (and ${begins.length - 1} more)` : '';
  return `${lines.slice(first, second).join(' ').replace(DIAGNOSTIC, '$1:$2:$3: $4')}${more}`;
}
