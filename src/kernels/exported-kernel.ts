import { defineKernel, definitionOf, KernelError, ownPartsOf } from '../../spec/define/kernel.ts';
import type { KernelName } from '../../spec/kernels/named.ts';
import type { OverriddenKernel } from '../../spec/world/world.ts';

/** A kernel, and what it is made from. */
export interface MadeKernel {
  readonly base: KernelName;
  /** The decisions in which it differs from its base. */
  readonly set: Readonly<Record<string, string>>;
  readonly kernel: OverriddenKernel;
}

/**
 * The kernel that a module exports. It may have been defined by another copy of this package.
 *
 * @throws KernelError if it is none
 */
export function exportedKernel(exported: unknown): MadeKernel {
  const definition = definitionOf(exported);
  if (definition === null)
    throw new KernelError('its default export is no kernel: expected export default defineKernel({ ... })');
  const { base, kvm: _, reducers: __, ...set } = definition;
  return { base, set, kernel: defineKernel({ ...definition, ...ownPartsOf(exported as OverriddenKernel) }) };
}

/** The same kernel with some decisions set on top. @throws KernelError if one does not exist */
export function withDecisions({ base, set, kernel }: MadeKernel, more: MadeKernel['set']): MadeKernel {
  const all = { ...set, ...more };
  return { base, set: all, kernel: defineKernel({ base, ...all, ...ownPartsOf(kernel) }) };
}
