import { EVENT_KINDS, type EventKind } from '../events/event.ts';
import { DECISION_NAMES, DECISIONS, type Kernel } from '../kernels/decisions.ts';
import { KERNELS, type KernelName } from '../kernels/named.ts';
import type { OverriddenKernel, Overrides } from '../world/world.ts';

/** A decision, value or reducer that does not exist. */
export class KernelError extends Error {
  override readonly name = 'KernelError';
}

/** A named kernel, the decisions in which a new one differs from it, and reducers of its own. */
export type KernelDefinition = { readonly base: KernelName; readonly reducers?: Overrides } & {
  readonly [D in keyof Kernel]?: Kernel[D];
};

/**
 * Where a kernel keeps what it was defined by, for reports to name: registered, so that every copy of this
 * package finds it, and not enumerable, so that a kernel is its decisions and reducers alone.
 */
const DEFINITION = Symbol.for('vtlb.definition');

/** The sections of a reducer. */
const SECTIONS = ['faults', 'guestTlb', 'kvm', 'hardware'] as const;

/**
 * Makes a kernel from a named one by changing some decisions, and some reducers where no decision will do:
 * `defineKernel({ base: 'v6.12', pcideSet: 'nothing' })`.
 *
 * @throws KernelError that names the base, decision, value or reducer and lists what exists
 */
export function defineKernel(definition: KernelDefinition): OverriddenKernel {
  const { base, reducers, ...changes } = definition;
  const kernel: Record<string, unknown> = { ...kernelNamed(base) };
  for (const [decision, value] of Object.entries(changes)) {
    checkDecision(decision, value);
    kernel[decision] = value;
  }
  if (reducers !== undefined) {
    const own = checkOverrides(reducers);
    if (Object.keys(own).length > 0) kernel.reducers = own;
  }
  return Object.defineProperty(kernel, DEFINITION, { value: definition }) as OverriddenKernel;
}

/** What `defineKernel` was given for a kernel; null for anything else. */
export function definitionOf(kernel: unknown): KernelDefinition | null {
  if (typeof kernel !== 'object' || kernel === null) return null;
  return (kernel as { [DEFINITION]?: KernelDefinition })[DEFINITION] ?? null;
}

/** The decisions of a kernel alone: plain data. */
export function decisionsOf({ reducers: _, enterGuest: __, ...decisions }: OverriddenKernel): Kernel {
  return decisions;
}

/** The overrides as they are now, which nobody can change afterwards. */
function checkOverrides(reducers: Overrides): Overrides {
  if (typeof reducers !== 'object' || reducers === null)
    throw new KernelError('reducers is no object: expected reducers by the kind of event');
  const entries = Object.entries(reducers).map(([kind, reducer]) => {
    if (!EVENT_KINDS.includes(kind as EventKind)) {
      throw new KernelError(`reducers has no event '${kind}': expected one of ${EVENT_KINDS.join(', ')}`);
    }
    const sections = SECTIONS.map((section) => [section, reducer?.[section]] as const);
    for (const [section, work] of sections) {
      if (typeof work !== 'function') {
        throw new KernelError(`reducer ${kind}: ${section} is no function: expected ${SECTIONS.join(', ')}`);
      }
    }
    return [kind, Object.freeze(Object.fromEntries(sections))];
  });
  return Object.freeze(Object.fromEntries(entries));
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
