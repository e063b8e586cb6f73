import { buildLayout } from '../../spec/layouts/build.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import { LAYOUTS } from '../../spec/layouts/named.ts';
import { OPTIMISATIONS, type Optimisation } from '../../spec/properties/optimisations.ts';
import { WORK_NAMES } from '../../spec/state/work.ts';
import type { OverriddenKernel } from '../../spec/world/world.ts';
import { FoundStates } from '../checker/found-states.ts';
import type { CostedKernel } from './cost.ts';
import { CostedMachine } from './machine.ts';

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
  kernel: OverriddenKernel,
  layout: Layout,
  optimisations: readonly Optimisation[],
): KeptOptimisations {
  const used = optimisations.map(({ prepare, measured, spares }) => ({
    prepare: prepare(layout),
    measured: measured(layout),
    spares: spares.map((name) => WORK_NAMES.indexOf(name)),
  }));
  const more = used.flatMap(({ prepare, measured }) => [...prepare, ...measured]);
  const machine = new CostedMachine(kernel, layout, more);
  const events = machine.numbersOf(layout.events);
  const trials = used.map(({ prepare, measured, spares }) => ({
    prepare: machine.numbersOf(prepare),
    measured: machine.numbersOf(measured),
    spares,
  }));
  const found = new FoundStates(machine.words);
  const from = trials.map(() => 0);
  machine.restart();
  found.add(machine.row, -1, 0);
  for (let state = 0; state < found.size; state++) {
    for (const event of events) {
      found.read(state, machine.row);
      if (machine.step(event)) found.add(machine.row, state, 0);
    }
    for (const [i, { prepare, measured, spares }] of trials.entries()) {
      found.read(state, machine.row);
      for (const event of prepare) take(machine, event);
      if (measured.every((event) => isSpared(machine, event, spares))) (from[i] as number)++;
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

/** Carries out an event; whether it costs nothing of some counts. */
function isSpared(machine: CostedMachine, event: number, counts: readonly number[]): boolean {
  take(machine, event);
  const work = machine.work();
  return counts.every((count) => work[count] === 0);
}

function take(machine: CostedMachine, event: number): void {
  if (!machine.step(event)) throw new Error('cannot happen: an event of an optimisation that faults');
}
