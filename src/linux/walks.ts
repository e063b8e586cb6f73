import { CONTRACTS } from '../../spec/contracts/named.ts';
import type { Event } from '../../spec/events/event.ts';
import type { Kernel } from '../../spec/kernels/decisions.ts';
import type { Bounds } from '../../spec/layouts/bounds.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import { LAYOUTS, type LayoutName } from '../../spec/layouts/named.ts';
import { Random } from '../checker/random.ts';
import { everyEvent } from '../conform/every-event.ts';
import { KernelMachine } from '../conform/kernel-machine.ts';
import { kernelView as viewOf } from '../conform/kernel-view.ts';
import { type Difference, differences } from '../conform/lockstep.ts';
import { SpecMachine } from '../conform/spec-machine.ts';
import type { View } from '../conform/view.ts';
import type { WasmModule } from '../conform/web-assembly.ts';

/** On what a tree is walked. */
const WALKED: readonly { readonly layout: LayoutName; readonly bounds: Partial<Bounds> }[] = [
  { layout: 'minimal', bounds: {} },
  { layout: 'kernel', bounds: {} },
  { layout: 'shared', bounds: {} },
  { layout: 'roles', bounds: { kernelPages: 1 } },
  { layout: 'smp', bounds: {} },
  { layout: 'deep', bounds: {} },
  { layout: 'upper', bounds: { pcids: 2 } },
];
const WALKS = 24;
const LENGTH = 50;
/** A trace, to be carried out on a layout. */
export interface Course {
  readonly layout: Layout;
  readonly events: readonly Event[];
}

/** A trace, and what Linux's own code showed after each of its events. */
export interface Walk extends Course {
  readonly views: readonly View[];
}

/** Walks at random, each from the start. @throws KernelPanic when the code gives up on one */
export function walksOn(module: WasmModule): Walk[] {
  return WALKED.flatMap(({ layout: name, bounds }, seed) => {
    const layout = buildLayout(LAYOUTS[name], bounds);
    const machine = new KernelMachine(module, layout);
    const choices = everyEvent(layout);
    const random = new Random(seed + 1);
    const walk = () => Array.from({ length: LENGTH }, () => choices[random.below(choices.length)] as Event);
    return Array.from({ length: WALKS }, walk).map((events) => walked(machine, { layout, events }));
  });
}

/** Has the code carry out traces. @throws KernelPanic when it gives up on one */
export function walksAlong(module: WasmModule, courses: readonly Course[]): Walk[] {
  return courses.map((course) => walked(new KernelMachine(module, course.layout), course));
}

function walked(machine: KernelMachine, { layout, events }: Course): Walk {
  machine.reset();
  return { layout, events, views: events.map((event) => viewOf(layout, machine.apply(event))) };
}

/** How many walks show what a record does. */
export function agreedOn(walks: readonly Walk[], record: Kernel): number {
  return walks.filter((walk) => differenceOn(walk, record) === null).length;
}

/** The first difference between a record and what the code showed. */
export function differenceOn({ layout, events, views }: Walk, kernel: Kernel): Difference | null {
  const spec = new SpecMachine({ layout, kernel, contract: CONTRACTS.kvm });
  for (const [at, event] of events.entries()) {
    const step = spec.apply(event);
    const view = views[at] as View;
    const differs = differences(step, view);
    if (differs.length > 0) return { event, spec: step, kernel: view, differs, at };
  }
  return null;
}
