import type { Event } from '../../../spec/events/event.ts';
import {
  DECISION_NAMES,
  DECISIONS,
  type DecisionName,
  type Kernel,
} from '../../../spec/kernels/decisions.ts';
import type { OverriddenKernel, Overrides, Reducer } from '../../../spec/world/world.ts';
import type { Allocator } from '../rows/allocate.ts';
import type { Field } from '../rows/field.ts';
import { EngineError } from '../views/engine-error.ts';
import type { Recorder } from '../views/recorder.ts';

/** Where the decisions of a kernel are kept behind a row, to be read like fields. */
export type DecisionFields = Readonly<Record<DecisionName, Field>>;

/** Lays out the decisions. */
export function decisionFields(allocator: Allocator): DecisionFields {
  const fields = DECISION_NAMES.map((name) => [name, allocator.field(name, valuesOf(name).length - 1)]);
  return Object.fromEntries(fields) as DecisionFields;
}

/** Writes the decisions of a kernel where they are kept. */
export function putDecisions(fields: DecisionFields, kernel: Kernel, row: Int32Array): void {
  for (const name of DECISION_NAMES) {
    const { word, shift, mask, bits } = fields[name];
    if (bits === 0) continue;
    const value = valuesOf(name).indexOf(kernel[name]);
    row[word] = ((row[word] as number) & ~(mask << shift)) | (value << shift);
  }
}

function valuesOf(name: DecisionName): string[] {
  return Object.keys(DECISIONS[name].values);
}

/** Reducers that say so if their KVM section goes on after it has returned. */
function guarded(reducers: Overrides): Overrides {
  const guard = (kind: string, reducer: Reducer<Event>): Reducer<Event> => ({
    ...reducer,
    kvm: (here, event) => {
      const result: unknown = carriedOut(kind, () => reducer.kvm(here, event));
      if (typeof (result as PromiseLike<unknown> | undefined)?.then === 'function')
        throw new EngineError(
          `reducer ${kind} is no function of the state: its section kvm returns a promise`,
        );
    },
  });
  const entries = Object.entries(reducers) as [string, Reducer<Event>][];
  return Object.fromEntries(entries.map(([kind, reducer]) => [kind, guard(kind, reducer)])) as Overrides;
}

/** Names the reducer that would keep something of its own on what it is given, which takes nothing. */
function carriedOut(kind: string, work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TypeError) || !error.message.includes('not extensible')) throw error;
    throw new EngineError(
      `reducer ${kind} is no function of the state: it keeps something of its own (${error.message})`,
    );
  }
}

/**
 * A kernel whose decisions are looked up as they are asked for.
 *
 * @param consulted told of each decision that is asked for, by number
 * @param kept where they are kept behind a row; null to take those of `kernel`
 */
export function kernelView(
  kernel: OverriddenKernel,
  consulted: (decision: number) => void,
  kept: { readonly fields: DecisionFields; readonly recorder: Recorder } | null = null,
): OverriddenKernel {
  const view: object = { ...kernel, ...(kernel.reducers && { reducers: guarded(kernel.reducers) }) };
  DECISION_NAMES.forEach((name, number) => {
    Object.defineProperty(view, name, {
      enumerable: true,
      get: () => {
        consulted(number);
        return kept === null ? kernel[name] : valuesOf(name)[kept.recorder.read(kept.fields[name])];
      },
    });
  });
  return Object.freeze(view) as OverriddenKernel;
}
