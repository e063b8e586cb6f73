import type { Contract } from '../../../spec/contracts/contract.ts';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import type { Event } from '../../../spec/events/event.ts';
import type { Kernel } from '../../../spec/kernels/decisions.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import type { Transition } from '../../../spec/proof/transitions.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import type { World } from '../../../spec/world/world.ts';
import { Random } from '../../../src/checker/random.ts';
import { isCovered } from '../../../src/prove/events.ts';
import { formatEvent } from '../../../src/trace/print.ts';
import { FoundMachines } from '../../found-machines.ts';
import { RelationsBeside } from './compare-relations.ts';

/** What came of comparing many steps. */
export interface Tally {
  readonly steps: number;
  /** The kinds of step that took place. */
  readonly kinds: ReadonlySet<string>;
  /** The first few steps that came out otherwise. */
  readonly differences: readonly string[];
}

/** Spaces, PCIDs, pages of two tables, frames and vCPUs: more of each than a search can exhaust. */
export const WIDE: Partial<Bounds> = {
  spaces: 3,
  pcids: 3,
  userPages: 2,
  kernelPages: 1,
  frames: 3,
  vcpus: 2,
};

export function worldOf(
  kernel: Kernel,
  layout: LayoutName,
  bounds: Partial<Bounds>,
  contract: Contract = CONTRACTS.kvm,
): World {
  return { kernel, contract, layout: buildLayout(LAYOUTS[layout], bounds) };
}

class Tallying {
  readonly kinds = new Set<string>();
  readonly differences: string[] = [];
  steps = 0;

  take(event: Event, { verdict, kind }: ReturnType<ReturnType<RelationsBeside['from']>>): void {
    this.steps++;
    if (kind !== null) this.kinds.add(`${kind.event} ${kind.case}`.trim());
    if (verdict !== null && verdict !== 'equal' && this.differences.length < 5)
      this.differences.push(`${formatEvent(event)}: ${verdict}`);
  }
}

/** One random walk with every event, that a step which differs ends. */
export function walkBeside(
  world: World,
  steps: number,
  seed: number,
  change?: (of: Transition) => Transition,
): Tally {
  const beside = new RelationsBeside(world, change);
  const random = new Random(seed);
  const tally = new Tallying();
  const kinds = [...new Set(beside.events.map(({ kind }) => kind))].map((kind) =>
    beside.events.filter((event) => event.kind === kind),
  );
  const oneOf = <T>(all: readonly T[]): T => all[random.below(all.length)] as T;
  let event = oneOf(beside.events);
  let machine = initialMachine(world);
  while (tally.steps < steps && tally.differences.length === 0) {
    // Most events load CR3, which is how roots come to be cached; the other kinds have their turn too. An event that
    // is repeated floods.
    const turn = random.below(8);
    if (turn < 4) event = oneOf(beside.events);
    else if (turn < 6) event = oneOf(oneOf(kinds));
    const compared = beside.from(machine)(event);
    tally.take(event, compared);
    machine = compared.after;
  }
  return tally;
}

/** Some events one after the other. */
export function traceBeside(world: World, events: readonly Event[]): Tally {
  const beside = new RelationsBeside(world);
  const tally = new Tallying();
  let machine = initialMachine(world);
  for (const event of events) {
    const compared = beside.from(machine)(event);
    tally.take(event, compared);
    machine = compared.after;
  }
  return tally;
}

/** Every event in each state that a search of the layout finds by events that the relations have, up to so many. */
export function searchBeside(
  world: World,
  states = Number.POSITIVE_INFINITY,
): Tally & { readonly states: number; readonly complete: boolean } {
  const beside = new RelationsBeside(world);
  const tally = new Tallying();
  const found = new FoundMachines(world);
  found.add(initialMachine(world), null);
  let state = 0;
  for (; state < found.size && state < states; state++) {
    const compare = beside.from(found.machine(state));
    const after = new Map(
      beside.events.map((event) => {
        const compared = compare(event);
        tally.take(event, compared);
        return [formatEvent(event), compared.after];
      }),
    );
    for (const [number, event] of world.layout.events.entries())
      if (isCovered(event)) found.add(after.get(formatEvent(event)) as Machine, [state, number]);
  }
  const { steps, kinds, differences } = tally;
  return { steps, kinds, differences, states: state, complete: state === found.size };
}
