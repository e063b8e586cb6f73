import { kernelNamed } from '../../spec/define/kernel.ts';
import type * as spec from '../../spec/index.ts';
import { KERNELS, type KernelName } from '../../spec/kernels/named.ts';
import type { OverriddenKernel } from '../../spec/world/world.ts';
import { exportedKernel, type MadeKernel } from '../kernels/exported-kernel.ts';
import type { LinuxCode } from './linux-code.ts';

/** A kernel that an address may name. */
export interface KnownKernel extends MadeKernel {
  /** The sections of its reducers in which the processor, by which KVM is judged, is its own. */
  readonly architecture: readonly string[];
  /** Linux's own code, where that is the KVM; the rest says only how roles are made up. */
  readonly code?: LinuxCode;
}

/** What became of each kernel that was loaded, by its name: the kernel, or why it is none here. */
const loaded = new Map<string, KnownKernel | string>();

/** Where the specification lies that kernel files import. */
export const SPEC_MODULE = 'kernels/spec.js';

/** Where a page finds the code of a kernel file that is served with it. */
export function moduleOf(file: string): string {
  return `kernels/${encodeURIComponent(file)}/kernel.js`;
}

/** Whether a kernel was loaded, or is known to be none. */
export function isLoaded(name: string): boolean {
  return loaded.has(name);
}

/**
 * Makes what a kernel file exports one more kernel, by the file's name.
 *
 * @param importFrom imports a module that is served with the page, by its path
 */
export function loadKernel(file: string, importFrom: (path: string) => Promise<unknown>): Promise<void> {
  return addKernel(file, async () => {
    const { default: exported } = (await importFrom(moduleOf(file))) as { default?: unknown };
    const made = exportedKernel(exported);
    // The file's reducers are made from those of its own copy of the specification.
    const { ownArchitecture } = (await importFrom(SPEC_MODULE)) as typeof spec;
    return { ...made, architecture: ownArchitecture(exported as OverriddenKernel) };
  });
}

/** Makes what is loaded one more kernel, by a name; or notes why it is none. */
export async function addKernel(name: string, load: () => Promise<KnownKernel>): Promise<void> {
  try {
    loaded.set(name, await load());
  } catch (error) {
    loaded.set(name, error instanceof Error ? error.message : String(error));
  }
}

/** The names of all kernels: those of the specification, and those that were loaded. */
export function kernelNames(): string[] {
  return [
    ...Object.keys(KERNELS),
    ...[...loaded.keys()].filter((name) => typeof loaded.get(name) === 'object'),
  ];
}

/** The kernel of this name; undefined if there is none. */
export function kernelCalled(name: string): KnownKernel | undefined {
  const found = loaded.get(name);
  if (typeof found === 'object') return found;
  if (!Object.hasOwn(KERNELS, name)) return undefined;
  return { base: name as KernelName, set: {}, kernel: kernelNamed(name), architecture: [] };
}

/** Why what was to be loaded is no kernel here; undefined for other names. */
export function whyNot(name: string): string | undefined {
  const why = loaded.get(name);
  return typeof why === 'string' ? why : undefined;
}
