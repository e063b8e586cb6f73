import { expect } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { EVENT_KINDS, type EventKind } from '../../../spec/events/event.ts';
import { DECISION_NAMES, DECISIONS, type Kernel } from '../../../spec/kernels/decisions.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { copyMachine } from '../../../spec/schema/copy.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import { step } from '../../../spec/step/step.ts';
import type { World } from '../../../spec/world/world.ts';
import { Random } from '../../../src/checker/random.ts';
import { foldedStep } from './folded-spec.ts';

/** A kernel that cannot be asked anything: what is folded needs none. */
const SILENT = new Proxy({} as Kernel, {
  get: (_, name) => {
    if (name === 'reducers' || name === 'kvm') return undefined;
    throw new Error(`${String(name)} is asked`);
  },
});

type Step = typeof step;

/** Walks over a layout, each step of which is taken by the specification and by what was folded for its event. */
function compareOn(
  kernel: Kernel,
  folded: ReadonlyMap<EventKind, Step>,
  layoutName: keyof typeof LAYOUTS,
  steps: number,
) {
  const layout = buildLayout(LAYOUTS[layoutName]);
  const world: World = { layout, kernel, contract: CONTRACTS.kvm };
  const random = new Random(7);
  const taken = new Set<EventKind>();
  let machine = initialMachine(world);
  for (let i = 0; i < steps; i++) {
    if (i % 25 === 0) machine = initialMachine(world);
    const event = layout.events[random.below(layout.events.length)] as (typeof layout.events)[number];
    const other = copyMachine(machine);
    const one = step(world, machine, event);
    const two = (folded.get(event.kind) as Step)({ ...world, kernel: SILENT }, other, event);
    expect({ ...two, machine: other }, JSON.stringify(event)).toEqual({ ...one, machine });
    taken.add(event.kind);
  }
  return taken;
}

const LAYOUT_NAMES = Object.keys(LAYOUTS) as (keyof typeof LAYOUTS)[];

/** Expects what a kernel does on each kind of event, folded, to be what the specification does, on every layout. */
export async function expectFoldsToAgree(kernel: Kernel, steps: number): Promise<void> {
  const folded = await Promise.all(
    EVENT_KINDS.map(async (kind) => [kind, await foldedStep(kernel, kind)] as const),
  );
  const taken = LAYOUT_NAMES.flatMap((layout) => [...compareOn(kernel, new Map(folded), layout, steps)]);
  expect(new Set(taken)).toEqual(new Set(EVENT_KINDS));
}

/** A kernel that takes of each decision the value at this place in its list, counted round. */
export function oddKernel(place: number): Kernel {
  const chosen = DECISION_NAMES.map((name) => {
    const values = Object.keys(DECISIONS[name].values);
    return [name, values[place % values.length]];
  });
  return Object.fromEntries(chosen) as Kernel;
}
