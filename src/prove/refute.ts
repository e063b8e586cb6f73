import type { Contract } from '../../spec/contracts/contract.ts';
import type { Event, EventKind } from '../../spec/events/event.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import { LAYOUTS } from '../../spec/layouts/named.ts';
import type { Clause } from '../../spec/proof/clause.ts';
import { clauseOf, SAFETY_CLAUSE } from '../../spec/proof/invariant.ts';
import { vocabularyOf } from '../../spec/proof/vocabulary.ts';
import { initialMachine } from '../../spec/step/initial.ts';
import { step } from '../../spec/step/step.ts';
import type { OverriddenKernel } from '../../spec/world/world.ts';
import { Random } from '../checker/random.ts';
import { coveredEvents } from './events.ts';
import { Finite } from './finite.ts';
import { elementsOf, fixedOf, stateOf } from './structure.ts';

const STEPS = 300;

/** Where a walk goes: a user page and a kernel page, under two PCIDs. */
const walked = (levels: number): Layout =>
  levels === 2 ? buildLayout(LAYOUTS.kernel) : buildLayout(LAYOUTS.deep, { pcids: 2, kernelPages: 1 });

/** A page fault has a premise; nested transitions would take up the walk, as one in two faults and the other flushes all. */
const LEFT_TO_SOLVER: readonly EventKind[] = ['page-fault', 'nested'];

/**
 * The clauses that a walk at random over the specification does not come to break. What it breaks is no invariant, and
 * need not be asked about. Safety is left to the solver: it is what the answer is about.
 */
export function unrefuted(
  kernel: OverriddenKernel,
  contract: Contract,
  levels: number,
  candidates: readonly Clause[],
): Clause[] {
  const layout = walked(levels);
  const world = { kernel, contract, layout };
  const events = coveredEvents(layout).filter(({ kind }) => !LEFT_TO_SOLVER.includes(kind));
  const elements = elementsOf(layout);
  const fixed = fixedOf(world, elements);
  const finite = new Finite(elements.sizes);
  const { before } = vocabularyOf(levels);
  const holds = new Map(candidates.map((clause) => [clause, finite.formula(clauseOf(clause, before))]));
  const random = new Random(1);
  const machine = initialMachine(world);
  let left = [...candidates];
  for (let i = 0; i < STEPS; i++) {
    step(world, machine, events[random.below(events.length)] as Event);
    const values = { ...fixed, ...stateOf(machine, elements) };
    left = left.filter((clause) => clause === SAFETY_CLAUSE || holds.get(clause)?.(values));
  }
  return left;
}
