import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../package-root.ts';
import { type WasmModule, webAssembly } from './web-assembly.ts';

/** The kernels that the harness can build, and the specification's name for each. */
export const LINUX_VERSIONS = { '6.1': 'v6.1', '6.12': 'v6.12', '7.3': 'v7.3' } as const;

export type LinuxVersion = keyof typeof LINUX_VERSIONS;

/** The harness, or something that it needs, is not there. The message says what, and how to get it. */
export class HarnessMissing extends Error {
  override readonly name = 'HarnessMissing';
}

/**
 * What test/kernel/source/build.mjs exports. It is under GPL-2.0 and in no package, so nothing here imports it by
 * name.
 */
interface Builder {
  readonly VARIANT_NAMES: readonly string[];
  readonly build: (linux: string, variant: string | null) => Promise<{ readonly product: string }>;
}

/**
 * The MMU code of a kernel, or of a changed text of it, compiled; built first if it is not in the cache yet.
 *
 * @throws HarnessMissing when there is no harness, no compiler or no source
 */
export async function loadKernel(linux: LinuxVersion, variant: string | null = null): Promise<WasmModule> {
  const { build } = await loadBuilder();
  try {
    const { product } = await build(linux, variant);
    return await webAssembly.compile(await readFile(product));
  } catch (error) {
    if (error instanceof Error && error.name === 'MissingError') throw new HarnessMissing(error.message);
    throw error;
  }
}

/** The names of the changed texts of the kernel. @throws HarnessMissing */
export async function variantNames(): Promise<readonly string[]> {
  return (await loadBuilder()).VARIANT_NAMES;
}

async function loadBuilder(): Promise<Builder> {
  const file = join(packageRoot(), 'test', 'kernel', 'source', 'build.mjs');
  if (!existsSync(file)) {
    throw new HarnessMissing(
      `the kernel harness is not here (${file}): it is under GPL-2.0 and comes with the repository, ` +
        'not with the package',
    );
  }
  return (await import(pathToFileURL(file).href)) as Builder;
}
