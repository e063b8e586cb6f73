import { EVENT_KINDS, type EventKind } from '../events/event.ts';
import { DECISION_NAMES, DECISIONS, type Kernel } from '../kernels/decisions.ts';
import { KERNELS, type KernelName } from '../kernels/named.ts';
import type { OverriddenKernel, Overrides, OwnFunctions, OwnParts } from '../world/world.ts';
import {
  functionsNear,
  KVM_FUNCTION_NAMES,
  type KvmFunctionName,
  type KvmFunctions,
} from './kvm-functions.ts';

/** A decision, value, function or reducer that does not exist. */
export class KernelError extends Error {
  override readonly name = 'KernelError';
}

/** A named kernel, the decisions in which a new one differs from it, and functions and reducers of its own. */
export type KernelDefinition = {
  readonly base: KernelName;
  /** What takes the place of KVM's functions. */
  readonly kvm?: Partial<KvmFunctions>;
  readonly reducers?: Overrides;
} & { readonly [D in keyof Kernel]?: Kernel[D] };

/**
 * Where a kernel keeps what it was defined by, for reports to name: registered, so that every copy of this
 * package finds it, and not enumerable, so that a kernel is its decisions, functions and reducers alone.
 */
const DEFINITION = Symbol.for('vtlb.definition');

/** The sections of a reducer. */
const SECTIONS = ['faults', 'guestTlb', 'kvm', 'hardware'] as const;

/**
 * Makes a kernel from a named one by changing some decisions, and, where no decision will do, some of KVM's functions
 * or of the reducers: `defineKernel({ base: 'v6.12', pcideSet: 'nothing' })`, or
 * `defineKernel({ base: 'v6.12', kvm: { syncPrevRoots: () => {} } })`.
 *
 * @throws KernelError that names the base, decision, value, function or reducer and lists what exists
 */
export function defineKernel(definition: KernelDefinition): OverriddenKernel {
  const { base, kvm, reducers, ...changes } = definition;
  const kernel: Record<string, unknown> = { ...kernelNamed(base) };
  for (const [decision, value] of Object.entries(changes)) {
    checkDecision(decision, value);
    kernel[decision] = value;
  }
  if (kvm !== undefined) {
    const own = checkFunctions(kvm);
    if (Object.keys(own).length > 0) kernel.kvm = own;
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

/** What a kernel has of its own, without its decisions. */
export function ownPartsOf({ kvm, reducers }: OverriddenKernel): OwnParts {
  return { ...(kvm !== undefined && { kvm }), ...(reducers !== undefined && { reducers }) };
}

/** The decisions of a kernel alone: plain data. */
export function decisionsOf({ kvm: _, reducers: __, ...decisions }: OverriddenKernel): Kernel {
  return decisions;
}

/**
 * What a kernel has of its own besides its decisions, as reports name it: the events whose reducers it overrides, and
 * `syncPrevRoots()` for a function that it replaces.
 */
export function namesOfOwn({ kvm = {}, reducers = {} }: OwnParts): string[] {
  return [...Object.keys(reducers), ...Object.keys(kvm).map((name) => `${name}()`)];
}

/** The functions as they are now, which nobody can change afterwards. */
function checkFunctions(functions: Partial<KvmFunctions>): OwnFunctions {
  if (typeof functions !== 'object' || functions === null)
    throw new KernelError("kvm is no object: expected functions by KVM's names for them");
  for (const [name, work] of Object.entries(functions)) {
    if (!KVM_FUNCTION_NAMES.includes(name as KvmFunctionName)) {
      const near = functionsNear(name);
      const expected = (near.length > 0 ? near : KVM_FUNCTION_NAMES).join(', ');
      throw new KernelError(
        `kvm has no function '${name}': expected ${near.length === 1 ? expected : `one of ${expected}`}`,
      );
    }
    if (typeof work !== 'function') throw new KernelError(`kvm.${name} is no function`);
  }
  return Object.freeze({ ...functions }) as OwnFunctions;
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
