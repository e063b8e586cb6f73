import { decisionsOf, kernelNamed } from '../../spec/define/kernel.ts';
import type { LinuxTree } from '../linux/tree.ts';
import type { SweptKernel } from '../sweep/search.ts';
import type { ChosenKernel } from './kernel.ts';

/** A kernel as a sweep takes it, with the decisions that the command line changes. */
export function sweptKernel(
  { name, kernel, overrides }: ChosenKernel,
  set: Readonly<Record<string, string>>,
): SweptKernel {
  return { kernel: name, linux: false, set, decisions: decisionsOf(kernel), overrides };
}

/** Linux's own code as a sweep takes it. */
export function sweptLinux(tree: LinuxTree): SweptKernel {
  const decisions = decisionsOf(kernelNamed(tree.record));
  return { kernel: tree.linux, linux: true, set: {}, decisions, code: tree };
}
