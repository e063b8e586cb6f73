import { repositoryModule } from '../repository-module.ts';
import { loadModule } from './load-module.ts';
import type { WasmModule } from './web-assembly.ts';

/** The kernels that the harness can build, and the specification's name for each. */
export const LINUX_VERSIONS = { '6.1': 'v6.1', '6.12': 'v6.12', '7.3': 'v7.3' } as const;

export type LinuxVersion = keyof typeof LINUX_VERSIONS;

/** The harness, or something that it needs, is not there. The message says what, and how to get it. */
export class HarnessMissing extends Error {
  override readonly name = 'HarnessMissing';
}

/** A kernel's code, compiled. */
interface Built {
  /** The WebAssembly file. */
  readonly product: string;
  /** The folder of its source. */
  readonly tree: string;
  /** Of all that was compiled. */
  readonly digest: string;
  /** What the tree has, as the C is told. */
  readonly have: string;
}

/** Whether this is a version that the harness fetches. */
export function isLinuxVersion(text: string): text is LinuxVersion {
  return Object.hasOwn(LINUX_VERSIONS, text);
}

/**
 * What test/kernel/source/build.mjs exports. It is under GPL-2.0 and in no package, so nothing here imports it by
 * name.
 */
interface Builder {
  readonly VARIANT_NAMES: readonly string[];
  readonly build: (linux: string, variant: string | null) => Promise<Built>;
}

/**
 * The MMU code of a kernel, or of a changed text of it, compiled; built first if it is not in the cache yet.
 *
 * @throws HarnessMissing when there is no harness, no compiler or no source
 */
export function loadKernel(linux: LinuxVersion, variant: string | null = null): Promise<WasmModule> {
  const key = `${linux} ${variant}`;
  const loading = loaded.get(key) ?? compileKernel(linux, variant);
  loaded.set(key, loading);
  return loading;
}

const loaded = new Map<string, Promise<WasmModule>>();

async function compileKernel(linux: LinuxVersion, variant: string | null): Promise<WasmModule> {
  return loadModule((await buildKernel(linux, variant)).product);
}

/**
 * Compiles the MMU code of a kernel: a version, or a tree in a folder.
 *
 * @throws HarnessMissing when there is no harness, no compiler or no source, or nothing can be made of the tree
 */
export async function buildKernel(linux: string, variant: string | null = null): Promise<Built> {
  const { build } = await loadBuilder();
  try {
    return await build(linux, variant);
  } catch (error) {
    if (error instanceof Error && (error.name === 'MissingError' || error.name === 'TreeError'))
      throw new HarnessMissing(error.message);
    throw error;
  }
}

/** The names of the changed texts of the kernel. @throws HarnessMissing */
export async function variantNames(): Promise<readonly string[]> {
  return (await loadBuilder()).VARIANT_NAMES;
}

function loadBuilder(): Promise<Builder> {
  return repositoryModule<Builder>(
    'test/kernel/source/build.mjs',
    (file) =>
      new HarnessMissing(
        `the kernel harness is not here (${file}): it is under GPL-2.0 and comes with the repository, ` +
          'not with the package',
      ),
  );
}
