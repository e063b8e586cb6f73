import { InvalidArgumentError } from 'commander';
import { KERNELS, type KernelName } from '../../spec/kernels/named.ts';
import { BoundError } from '../../spec/layouts/bounds.ts';
import { ownArchitecture } from '../../spec/step/exit.ts';
import { defineKernel, kernelNamed } from '../../spec/world/define.ts';
import type { OverriddenKernel } from '../../spec/world/world.ts';
import { type Changes, changesOf } from '../check/changes.ts';
import type { OverridesSource } from '../engine/overrides.ts';
import type { KernelHeading } from '../report/check.ts';
import { InputError, messageOf } from './exit-code.ts';
import { EXTENSIONS, isKernelFile } from './kernel-file/known.ts';
import { loadKernelFile } from './kernel-file/load.ts';

/** A kernel that the command line names: a version or patch, or a file that defines one. */
export interface ChosenKernel {
  /** As it was named. */
  readonly name: string;
  readonly base: KernelName;
  /** Whether it comes from a file. */
  readonly isFile: boolean;
  /** The decisions in which it differs from its base. */
  readonly set: Readonly<Record<string, string>>;
  readonly kernel: OverriddenKernel;
  /** In what it differs from its base. */
  readonly changes: Changes;
  /** The events whose reducers it overrides. */
  readonly overridden: readonly string[];
  /** The sections of them in which the processor, by which KVM is judged, is its own. */
  readonly architecture: readonly string[];
  /** Where those come from. */
  readonly overrides: OverridesSource | undefined;
}

/** What an argument that names a kernel is called in a usage line, and what it may be. */
export const KERNEL_DOC = `${Object.keys(KERNELS).join(', ')}, or a ${EXTENSIONS} file that defines one`;

/** Reads the name of a kernel, or the path of a kernel file, which is known by its ending. */
export function parseKernel(text: string): string {
  if (!isKernelFile(text) && !Object.hasOwn(KERNELS, text)) {
    throw new InvalidArgumentError(`expected one of ${KERNEL_DOC}`);
  }
  return text;
}

/**
 * The kernel that the command line names, with the decisions that it sets on top.
 *
 * @throws InputError if it is a file that defines no kernel
 */
export async function chooseKernel(
  name: string,
  set: Readonly<Record<string, string>> = {},
): Promise<ChosenKernel> {
  const isFile = isKernelFile(name);
  const found = isFile
    ? await loadKernelFile(name)
    : { base: name as KernelName, set: {}, kernel: kernelNamed(name), overrides: undefined };
  const { reducers } = found.kernel as OverriddenKernel;
  const all = { ...found.set, ...set };
  const kernel = defineKernel({ base: found.base, ...all, ...(reducers !== undefined && { reducers }) });
  return {
    name,
    base: found.base,
    isFile,
    set: all,
    kernel,
    changes: changesOf(kernel, found.base),
    overridden: Object.keys(reducers ?? {}),
    architecture: ownArchitecture(kernel),
    overrides: found.overrides,
  };
}

/** What a report about this kernel is headed by. */
export function headingOf(
  { name, base, isFile, set, overridden, architecture }: ChosenKernel,
  contract: string,
): KernelHeading {
  return { kernel: isFile ? `${name} (${base})` : name, set, overridden, architecture, contract };
}

/**
 * Carries out work that runs kernels.
 *
 * @throws InputError for an error in it that is no bad input already, if reducers of a file's own took part
 */
export async function runKernels<T>(
  kernels: readonly ChosenKernel[],
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const own = kernels.filter(({ overridden }) => overridden.length > 0);
    const isInput = error instanceof InputError || error instanceof BoundError;
    if (isInput || own.length === 0) throw error;
    const blamed = own.map(({ name, overridden }) => `${name}: its ${overridden.join(', ')}`).join(', or ');
    throw new InputError(`${blamed} failed: ${messageOf(error)}`);
  }
}
