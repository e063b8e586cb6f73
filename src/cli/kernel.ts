import { InvalidArgumentError } from 'commander';
import { defineKernel, kernelNamed, namesOfOwn } from '../../spec/define/kernel.ts';
import { KERNELS, type KernelName } from '../../spec/kernels/named.ts';
import { RELEASES } from '../../spec/kernels/releases.ts';
import { BoundError } from '../../spec/layouts/bounds.ts';
import { ownArchitecture } from '../../spec/step/exit.ts';
import type { OverriddenKernel } from '../../spec/world/world.ts';
import { type Changes, changesOf } from '../check/changes.ts';
import type { OverridesSource } from '../engine/overrides.ts';
import { withDecisions } from '../kernels/exported-kernel.ts';
import { EXTENSIONS, isKernelFile } from '../kernels/kernel-file.ts';
import type { KernelHeading } from '../report/check.ts';
import { InputError, messageOf } from './exit-code.ts';
import { loadKernelFile } from './kernel-file/load.ts';

/** A kernel that the command line names: a version or patch, or a file that defines one. */
export interface ChosenKernel {
  /** As it was named. */
  readonly name: string;
  readonly base: KernelName;
  /** Whether it comes from a file. */
  readonly isFile: boolean;
  /** ` (the record of v6.4)` for a release that is no named kernel; else empty. */
  readonly note: string;
  /** The decisions in which it differs from its base. */
  readonly set: Readonly<Record<string, string>>;
  readonly kernel: OverriddenKernel;
  /** In what it differs from the named kernel or release that it is made from. */
  readonly changes: Changes;
  /** What it has of its own besides decisions: see `namesOfOwn`. */
  readonly overridden: readonly string[];
  /** The sections of its reducers in which the processor, by which KVM is judged, is its own. */
  readonly architecture: readonly string[];
  /** Where those come from. */
  readonly overrides: OverridesSource | undefined;
}

/** What an argument that names a kernel is called in a usage line, and what it may be. */
export const KERNEL_DOC = `${Object.keys(KERNELS).join(', ')}, a release between them, or a ${EXTENSIONS} file that defines one`;

/** Reads the name of a kernel, or the path of a kernel file, which is known by its ending. */
export function parseKernel(text: string): string {
  if (isKernelFile(text) || Object.hasOwn(KERNELS, text) || Object.hasOwn(RELEASES, text)) return text;
  throw new InvalidArgumentError(`expected one of ${KERNEL_DOC}`);
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
  const found = isFile ? await loadKernelFile(name) : { ...recordOf(name), overrides: undefined };
  const { set: all, kernel } = withDecisions(found, set);
  return {
    name,
    base: found.base,
    isFile,
    note: isFile || name === found.base ? '' : noteOn(found.base, Object.keys(found.set)),
    set: all,
    kernel,
    changes: changesOf(kernel, defineKernel({ base: found.base, ...(isFile ? {} : found.set) })),
    overridden: namesOfOwn(kernel),
    architecture: ownArchitecture(kernel),
    overrides: found.overrides,
  };
}

function recordOf(name: string) {
  const { base, set } = RELEASES[name] ?? { base: name as KernelName, set: {} };
  return { base, set, kernel: kernelNamed(base) };
}

function noteOn(base: KernelName, changed: readonly string[]): string {
  return ` (the record of ${base}${changed.length > 0 ? `, but for ${changed.join(', ')}` : ''})`;
}

/** The same kernel by a name that says all: whose record a release has, and what was changed. */
export function renamed(chosen: ChosenKernel, changes = ''): ChosenKernel {
  return { ...chosen, name: `${chosen.name}${chosen.note}${changes}` };
}

/** What a report about this kernel is headed by. */
export function headingOf(
  { name, base, isFile, note, set, overridden, architecture }: ChosenKernel,
  contract: string,
): KernelHeading {
  const kernel = isFile ? `${name} (${base})` : `${name}${note}`;
  return { kernel, set, overridden, architecture, contract };
}

/**
 * Carries out work that runs kernels.
 *
 * @throws InputError for an error in it that is no bad input already, if code of a file's own took part
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
