import type { Event } from '../../spec/events/event.ts';
import type { KernelMachine } from './kernel-machine.ts';
import { kernelView } from './kernel-view.ts';
import type { SpecMachine, SpecStep } from './spec-machine.ts';
import type { View } from './view.ts';

/** The specification and Linux's code, on one layout. */
export interface Pair {
  readonly spec: SpecMachine;
  readonly kernel: KernelMachine;
}

/** One event on both sides. */
export interface BothSteps {
  readonly event: Event;
  readonly spec: SpecStep;
  readonly kernel: View;
  /** The names of what differs; none where the two agree. */
  readonly differs: readonly string[];
}

/** The first event after which the two sides differ; `at` counts from 0. */
export interface Difference extends BothSteps {
  readonly at: number;
}

/** The name of the rule that the frame an access reads must be among those that the specification lets it read. */
export const SEES = 'read is one of sees';

/** Runs one event on both sides. */
export function stepBoth({ spec, kernel }: Pair, event: Event): BothSteps {
  const specStep = spec.apply(event);
  const view = kernelView(spec.world.layout, kernel.apply(event));
  return { event, spec: specStep, kernel: view, differs: differences(specStep, view) };
}

/** Runs a trace from the start on both sides, up to the first event after which they differ; null if there is none. */
export function firstDifference(pair: Pair, trace: readonly Event[]): Difference | null {
  pair.spec.reset();
  pair.kernel.reset();
  for (const [at, event] of trace.entries()) {
    const steps = stepBoth(pair, event);
    if (steps.differs.length > 0) return { ...steps, at };
  }
  return null;
}

/** The names of what differs between a step of the specification and what the kernel shows. */
export function differences({ view, sees }: SpecStep, kernel: View): string[] {
  const names: string[] = [];
  for (const [name, text] of view) if (kernel.get(name) !== text) names.push(name);
  for (const name of kernel.keys()) if (!view.has(name)) names.push(name);
  const read = kernel.get('read');
  if (read !== undefined && read !== 'fault' && !sees.includes(read)) names.push(SEES);
  return names;
}
