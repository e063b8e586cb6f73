import { CONTRACTS } from '../../spec/contracts/named.ts';
import type { Event } from '../../spec/events/event.ts';
import type { Kernel } from '../../spec/kernels/decisions.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import { LAYOUTS } from '../../spec/layouts/named.ts';
import { OPTIMISATIONS, type Optimisation } from '../../spec/properties/optimisations.ts';
import { WORK_NAMES } from '../../spec/state/work.ts';
import { FoundStates } from '../checker/found-states.ts';
import { createCore } from '../core/create.ts';
import { type CoreEvent, coreEvent } from '../core/event.ts';
import type { Core } from '../core/machine.ts';
import type { CostedKernel } from './cost.ts';
import { startWithoutTlbs, stepWithoutTlbs } from './run.ts';

/** From how many of the reachable states a kernel keeps an optimisation. */
interface Kept {
  readonly name: string;
  readonly from: number;
  readonly verdict: 'always' | 'sometimes' | 'never';
}

/** What all reachable states of a layout showed. */
interface KeptOptimisations {
  /** Reachable states, those that differ in what TLBs hold counted as one. */
  readonly states: number;
  readonly kept: readonly Kept[];
}

/** What `vtlb cost --optimisations` tries them on: as many CR3 values as there are root slots, and CR4.PGE. */
export const OPTIMISATION_BOUNDS = { layout: 'kernel', bounds: { userPages: 0 } } as const;

/** What a kernel showed there. */
export interface KernelOptimisations extends KeptOptimisations {
  readonly kernel: string;
}

/** Tries every optimisation on a kernel. */
export function optimisationsOf({ name, kernel }: CostedKernel): KernelOptimisations {
  const { layout, bounds } = OPTIMISATION_BOUNDS;
  return {
    kernel: name,
    ...keptOptimisations(kernel, buildLayout(LAYOUTS[layout], bounds), OPTIMISATIONS),
  };
}

/** Tries optimisations from every reachable state of a layout. */
export function keptOptimisations(
  kernel: Kernel,
  layout: Layout,
  optimisations: readonly Optimisation[],
): KeptOptimisations {
  const { core, events } = createCore({ kernel, layout, contract: CONTRACTS.sdm }, true);
  const translate = (some: readonly Event[]) => some.map((event) => coreEvent(layout, core.layout, event));
  const trials = optimisations.map((optimisation) => ({
    prepare: translate(optimisation.prepare(layout)),
    measured: translate(optimisation.measured(layout)),
    spares: optimisation.spares.map((name) => WORK_NAMES.indexOf(name)),
  }));
  const found = new FoundStates(core.layout.words);
  const from = trials.map(() => 0);
  startWithoutTlbs(core);
  found.add(core.row, -1, 0);
  for (let state = 0; state < found.size; state++) {
    for (const event of events) {
      found.read(state, core.row);
      if (stepWithoutTlbs(core, event)) found.add(core.row, state, 0);
    }
    for (const [i, { prepare, measured, spares }] of trials.entries()) {
      found.read(state, core.row);
      runAll(core, prepare);
      core.work.fill(0);
      runAll(core, measured);
      if (spares.every((count) => core.work[count] === 0)) (from[i] as number)++;
    }
  }
  return {
    states: found.size,
    kept: optimisations.map(({ name }, i) => {
      const count = from[i] as number;
      return {
        name,
        from: count,
        verdict: count === found.size ? 'always' : count > 0 ? 'sometimes' : 'never',
      };
    }),
  };
}

function runAll(core: Core, events: readonly CoreEvent[]): void {
  for (const event of events) {
    if (!stepWithoutTlbs(core, event)) throw new Error(`cannot happen: a ${event.kind} that faults`);
  }
}
