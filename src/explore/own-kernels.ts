import { kernelNamed } from '../../spec/define/kernel.ts';
import type * as spec from '../../spec/index.ts';
import { KERNELS, type KernelName } from '../../spec/kernels/named.ts';
import type { OverriddenKernel } from '../../spec/world/world.ts';
import { exportedKernel, type MadeKernel } from '../kernels/exported-kernel.ts';

/** A kernel that an address may name. */
export interface KnownKernel extends MadeKernel {
  /** The sections of its reducers in which the processor, by which KVM is judged, is its own. */
  readonly architecture: readonly string[];
}

/** What became of each kernel file that was loaded, by its name: a kernel, or why it is none here. */
const files = new Map<string, KnownKernel | string>();

/** Where the specification lies that kernel files import. */
export const SPEC_MODULE = 'kernels/spec.js';

/** Where a page finds the code of a kernel file that is served with it. */
export function moduleOf(file: string): string {
  return `kernels/${encodeURIComponent(file)}/kernel.js`;
}

/** Whether a kernel file was loaded, or is known to be none. */
export function isLoaded(file: string): boolean {
  return files.has(file);
}

/**
 * Makes what a kernel file exports one more kernel, by the file's name.
 *
 * @param importFrom imports a module that is served with the page, by its path
 */
export async function loadKernel(
  file: string,
  importFrom: (path: string) => Promise<unknown>,
): Promise<void> {
  try {
    const { default: exported } = (await importFrom(moduleOf(file))) as { default?: unknown };
    const made = exportedKernel(exported);
    // The file's reducers are made from those of its own copy of the specification.
    const { ownArchitecture } = (await importFrom(SPEC_MODULE)) as typeof spec;
    files.set(file, { ...made, architecture: ownArchitecture(exported as OverriddenKernel) });
  } catch (error) {
    files.set(file, error instanceof Error ? error.message : String(error));
  }
}

/** The names of all kernels: those of the specification, and of files that were loaded. */
export function kernelNames(): string[] {
  return [
    ...Object.keys(KERNELS),
    ...[...files.keys()].filter((file) => typeof files.get(file) === 'object'),
  ];
}

/** The kernel of this name; undefined if there is none. */
export function kernelCalled(name: string): KnownKernel | undefined {
  const file = files.get(name);
  if (typeof file === 'object') return file;
  if (!Object.hasOwn(KERNELS, name)) return undefined;
  return { base: name as KernelName, set: {}, kernel: kernelNamed(name), architecture: [] };
}

/** Why a kernel file is none here; undefined for other names. */
export function whyNot(file: string): string | undefined {
  const why = files.get(file);
  return typeof why === 'string' ? why : undefined;
}
