import type { KvmFunctionName } from '../../../spec/define/kvm-functions.ts';
import type { Event } from '../../../spec/events/event.ts';
import {
  DECISION_NAMES,
  DECISIONS,
  type DecisionName,
  type Kernel,
} from '../../../spec/kernels/decisions.ts';
import type { OverriddenKernel, Overrides, OwnFunctions, Reducer } from '../../../spec/world/world.ts';
import type { Allocator } from '../rows/allocate.ts';
import type { Field } from '../rows/field.ts';
import { EngineError } from '../views/engine-error.ts';
import type { Recorder } from '../views/recorder.ts';
import { noteOfFunction } from './notes.ts';

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
      carriedOut(`reducer ${kind}`, 'its section kvm', () => reducer.kvm(here, event));
    },
  });
  const entries = Object.entries(reducers) as [string, Reducer<Event>][];
  return Object.fromEntries(entries.map(([kind, reducer]) => [kind, guard(kind, reducer)])) as Overrides;
}

/** No function of KVM's calls itself more often: tables have a few levels. */
const MOST_WITHIN = 100;

/** Functions that note that they are called, and say so if they go on after they have returned, or for ever. */
function noting(functions: OwnFunctions, note: (number: number) => void): OwnFunctions {
  const guard = (name: string, work: OwnFunctions[string]): OwnFunctions[string] => {
    const number = noteOfFunction(name as KvmFunctionName);
    let within = 0;
    return (...args) => {
      note(number);
      if (within === MOST_WITHIN)
        throw new EngineError(`${name}() calls itself without end: what it replaces is kvm.${name}.original`);
      within++;
      try {
        return carriedOut(`${name}()`, 'it', () => work(...args));
      } finally {
        within--;
      }
    };
  };
  return Object.fromEntries(Object.entries(functions).map(([name, work]) => [name, guard(name, work)]));
}

/**
 * What work comes to that is not the spec's own. It is named if it would keep something of its own on what it is given,
 * which takes nothing, or if it returns before it is done.
 */
function carriedOut<T>(name: string, part: string, work: () => T): T {
  const refused = (why: string) => new EngineError(`${name} is no function of the state: ${why}`);
  let result: T;
  try {
    result = work();
  } catch (error) {
    if (!(error instanceof TypeError) || !error.message.includes('not extensible')) throw error;
    throw refused(`it keeps something of its own (${error.message})`);
  }
  if (typeof (result as PromiseLike<unknown> | null | undefined)?.then === 'function')
    throw refused(`${part} returns a promise`);
  return result;
}

/**
 * A kernel whose decisions are looked up as they are asked for.
 *
 * @param note told of each decision that is asked for, and of each of its own functions that is called
 * @param kept where they are kept behind a row; null to take those of `kernel`
 */
export function kernelView(
  kernel: OverriddenKernel,
  note: (number: number) => void,
  kept: { readonly fields: DecisionFields; readonly recorder: Recorder } | null = null,
): OverriddenKernel {
  const view: object = {
    ...kernel,
    ...(kernel.kvm && { kvm: noting(kernel.kvm, note) }),
    ...(kernel.reducers && { reducers: guarded(kernel.reducers) }),
  };
  DECISION_NAMES.forEach((name, number) => {
    Object.defineProperty(view, name, {
      enumerable: true,
      get: () => {
        note(number);
        return kept === null ? kernel[name] : valuesOf(name)[kept.recorder.read(kept.fields[name])];
      },
    });
  });
  return Object.freeze(view) as OverriddenKernel;
}
