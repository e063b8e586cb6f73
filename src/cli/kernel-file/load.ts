import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { namesOfOwn } from '../../../spec/define/kernel.ts';
import { importDefault, type OverridesSource } from '../../engine/overrides.ts';
import { exportedKernel, type MadeKernel } from '../../kernels/exported-kernel.ts';
import { EXIT, InputError, messageOf, say } from '../exit-code.ts';
import { tell } from '../thread/tell.ts';
import { compileKernel } from './compile.ts';
import { beginFile } from './known.ts';

/** No kernel that somebody wrote is longer. */
const MOST_BYTES = 2 ** 20;

/** A kernel that a file defines. */
export interface KernelFile extends MadeKernel {
  /** Where its own functions and reducers come from; undefined if it has none. */
  readonly overrides: OverridesSource | undefined;
}

/**
 * Loads a file whose default export is what `defineKernel` gives. TypeScript is checked and compiled first.
 *
 * @throws InputError that names the file and says what is wrong with it
 */
export async function loadKernelFile(file: string): Promise<KernelFile> {
  checkReadable(file);
  const { script, written } = file.endsWith('ts') ? compileKernel(file) : asItIs(file);
  const module = pathToFileURL(script).href;
  beginFile(file, script);
  const exported = await importKernel(file, module);
  const made = orInputError(file, () => exportedKernel(exported));
  return {
    ...made,
    overrides: namesOfOwn(made.kernel).length === 0 ? undefined : { module, digest: digestOf(written) },
  };
}

/** JavaScript, of which nobody knows what it imports. */
function asItIs(file: string): ReturnType<typeof compileKernel> {
  const script = resolve(file);
  return { script, written: [script] };
}

function digestOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const content of files.map((file) => readFileSync(file)).sort(Buffer.compare)) hash.update(content);
  return hash.digest('hex');
}

function checkReadable(file: string): void {
  try {
    const stat = statSync(file);
    if (!stat.isFile()) throw new InputError(`${file}: it is no file`);
    if (stat.size > MOST_BYTES)
      throw new InputError(`${file}: expected a kernel of at most ${MOST_BYTES / 2 ** 20} MiB`);
    readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error)
      throw new InputError(`${file}: cannot be read (${error.code})`);
    throw error;
  }
}

/**
 * Imports a module that may do anything while it is loaded: end the process, never finish, or fail in a promise or
 * a timer that it started.
 */
async function importKernel(file: string, module: string): Promise<unknown> {
  const fail = (what: string) => {
    say(`error: ${file}: ${what}`);
    process.exitCode = EXIT.badInput;
  };
  const unfinished = () => fail('it ended the process while it was loaded, or never finished');
  const failed = (error: unknown) => {
    process.off('exit', unfinished);
    fail(messageOf(error));
    process.exit();
  };
  tell({ begins: 'import' });
  process.prependListener('uncaughtException', failed);
  process.on('exit', unfinished);
  try {
    const kernel = await importDefault(module);
    await setImmediate();
    return kernel;
  } catch (error) {
    throw new InputError(`${file}${placeIn(file, error)}: ${messageOf(error)}${hint(error)}`);
  } finally {
    process.off('exit', unfinished);
    process.off('uncaughtException', failed);
    tell({ begins: 'work' });
  }
}

/** `:LINE` of a syntax error, which only Node's own report says. */
function placeIn(file: string, error: unknown): string {
  if (!(error instanceof SyntaxError)) return '';
  const { stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' });
  const [, line] = stderr.match(/^.*:(\d+)\n/) ?? [];
  return line === undefined ? '' : `:${line}`;
}

/**
 * JavaScript is run where it lies, and so finds only the packages that are installed there. What vtlb exports is
 * frozen.
 */
function hint(error: unknown): string {
  if (error instanceof TypeError && /read only|not extensible|Cannot (delete|redefine)/.test(error.message))
    return ' (a kernel file may not change the specification, by which it is judged)';
  const missing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
  return missing ? ' (a .ts file finds vtlb from anywhere)' : '';
}

function orInputError<T>(file: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new InputError(`${file}: ${messageOf(error)}`);
  }
}
