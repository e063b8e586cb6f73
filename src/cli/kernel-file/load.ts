import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineKernel, definitionOf, KernelError } from '../../../spec/kernels/define.ts';
import type { KernelName } from '../../../spec/kernels/named.ts';
import type { OverriddenKernel } from '../../../spec/state/machine.ts';
import type { OverridesSource } from '../../engine/overrides.ts';
import { InputError } from '../exit-code.ts';
import { compileKernel } from './compile.ts';

/** A kernel that a file defines. */
export interface KernelFile {
  readonly base: KernelName;
  /** The decisions in which it differs from its base. */
  readonly set: Readonly<Record<string, string>>;
  readonly kernel: OverriddenKernel;
  /** Where its reducers come from; undefined if it overrides none. */
  readonly overrides: OverridesSource | undefined;
}

/** What a path ends in if it is a kernel file and no kernel's name. */
const EXTENSION = /\.(m?)(ts|js)$/;

/** The endings, in words. */
export const EXTENSIONS = '.ts, .mts, .js or .mjs';

/** Whether something that names a kernel is a file. */
export function isKernelFile(name: string): boolean {
  return EXTENSION.test(name);
}

/**
 * Loads a file whose default export is what `defineKernel` gives. TypeScript is checked and compiled first.
 *
 * @throws InputError that names the file and says what is wrong with it
 */
export async function loadKernelFile(file: string): Promise<KernelFile> {
  checkReadable(file);
  const script = file.endsWith('ts') ? compileKernel(file) : resolve(file);
  const module = pathToFileURL(script).href;
  const definition = definitionOf(await importDefault(file, module));
  if (definition === null) {
    throw new InputError(
      `${file}: its default export is no kernel: expected export default defineKernel({ ... })`,
    );
  }
  const { base, reducers, ...set } = definition;
  const kernel = orInputError(file, () => defineKernel(definition));
  const digest = createHash('sha256').update(readFileSync(script)).digest('hex');
  return {
    base,
    set,
    kernel,
    overrides: kernel.reducers === undefined ? undefined : { module, digest },
  };
}

function checkReadable(file: string): void {
  try {
    if (!statSync(file).isFile()) throw new InputError(`${file}: it is no file`);
    readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error)
      throw new InputError(`${file}: cannot be read (${error.code})`);
    throw error;
  }
}

async function importDefault(file: string, module: string): Promise<unknown> {
  try {
    const loaded: { default?: unknown } = await import(module);
    return loaded.default;
  } catch (error) {
    throw new InputError(`${file}: ${error instanceof Error ? error.message : String(error)}${hint(error)}`);
  }
}

/** JavaScript is run where it lies, and so finds only the packages that are installed there. */
function hint(error: unknown): string {
  const missing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
  return missing ? ' (a .ts file finds vtlb from anywhere)' : '';
}

function orInputError<T>(file: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof KernelError) throw new InputError(`${file}: ${error.message}`);
    throw error;
  }
}
