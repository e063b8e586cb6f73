import { DECISION_NAMES, DECISIONS, type Kernel } from './decisions.ts';
import { KERNELS, type KernelName } from './named.ts';

/** A decision or value that does not exist. */
export class KernelError extends Error {
  override readonly name = 'KernelError';
}

/** A named kernel and the decisions in which a new one differs from it. */
export type KernelDefinition = { readonly base: KernelName } & { readonly [D in keyof Kernel]?: Kernel[D] };

/**
 * Makes a kernel from a named one by changing some decisions:
 * `defineKernel({ base: 'v6.12', pcideSet: 'nothing' })`.
 *
 * @throws KernelError that names the base, decision or value and lists what exists
 */
export function defineKernel({ base, ...changes }: KernelDefinition): Kernel {
  const kernel: Record<string, string> = { ...kernelNamed(base) };
  for (const [decision, value] of Object.entries(changes)) {
    checkDecision(decision, value);
    kernel[decision] = value;
  }
  return kernel as Kernel;
}

/** The kernel of this name. @throws KernelError */
export function kernelNamed(name: string): Kernel {
  if (!Object.hasOwn(KERNELS, name)) {
    throw new KernelError(`unknown kernel '${name}': expected one of ${Object.keys(KERNELS).join(', ')}`);
  }
  return KERNELS[name as KernelName];
}

/** Checks that a decision exists and has this value. @throws KernelError */
export function checkDecision(decision: string, value: string): void {
  if (!Object.hasOwn(DECISIONS, decision)) {
    throw new KernelError(`unknown decision '${decision}': expected one of ${DECISION_NAMES.join(', ')}`);
  }
  const values = Object.keys(DECISIONS[decision as keyof typeof DECISIONS].values);
  if (!values.includes(value)) {
    throw new KernelError(
      `decision ${decision} has no value '${value}': expected one of ${values.join(', ')}`,
    );
  }
}
