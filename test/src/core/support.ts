import { expect } from 'vitest';
import type { Event } from '../../../spec/events/event.ts';
import {
  CONTRACTS,
  type Contract,
  defineKernel,
  KERNELS,
  type Kernel,
  STRONGER_THAN_KVM,
} from '../../../spec/index.ts';
import type { KernelName } from '../../../spec/kernels/named.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import type { LayoutDefinition } from '../../../spec/layouts/layout.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import { step } from '../../../spec/step/step.ts';
import type { World } from '../../../spec/world/world.ts';
import type { Compared } from '../../../src/differential/breadth-first.ts';
import { describeDifference } from '../../../src/differential/difference.ts';
import { formatEvent } from '../../../src/trace/print.ts';
import { pinsBeside } from '../../pins.ts';
import { EVERYTHING } from './everything.ts';

/** One comparison, as its pins name it. */
export interface Entry {
  readonly kernel: KernelName;
  readonly set?: Partial<Kernel>;
  /** `kvm` by default. */
  readonly contract?: string;
  readonly layout: LayoutName | keyof typeof EVERYTHING;
  readonly bounds?: Partial<Bounds>;
  /** All reachable ones by default. */
  readonly maxStates?: number;
  /** Events before the comparison begins, with `; ` between them. */
  readonly after?: string;
}

const DEFINITIONS: Readonly<Record<string, LayoutDefinition>> = { ...LAYOUTS, ...EVERYTHING };
const EVERY_CONTRACT: readonly Contract[] = [...Object.values(CONTRACTS), ...STRONGER_THAN_KVM];

/** The world that an entry names. */
export function worldOf({ kernel, set, contract, layout, bounds }: Entry): World {
  return {
    kernel: defineKernel({ base: kernel, ...set }),
    contract: EVERY_CONTRACT.find(({ name }) => name === (contract ?? 'kvm')) as Contract,
    layout: buildLayout(DEFINITIONS[layout] as LayoutDefinition, bounds),
  };
}

/** The machines that the comparison of an entry begins with, for `compareCore`. */
export function startOf({ after }: Entry, world: World): { from?: Machine[] } {
  if (after === undefined) return {};
  const machine = initialMachine(world);
  for (const text of after.split('; ')) {
    step(world, machine, world.layout.events.find((event) => formatEvent(event) === text) as Event);
  }
  return { from: [machine] };
}

/** An entry in words. */
export function nameOf({ kernel, set, contract, layout, bounds, maxStates, after }: Entry): string {
  const pairs = Object.entries({ ...set, ...bounds }).map(([name, value]) => `${name}=${value}`);
  const limit = maxStates === undefined ? 'exhaustive' : `first ${maxStates} states`;
  return [kernel, contract ?? 'kvm', layout, ...pairs, ...(after ? [`after ${after}`] : []), limit].join(
    ', ',
  );
}

/** Named kernels with records of their own, the oldest name of each, and the names of those that equal it. */
export function distinctKernels(): { kernel: KernelName; same: KernelName[] }[] {
  const found: { kernel: KernelName; same: KernelName[] }[] = [];
  for (const kernel of Object.keys(KERNELS) as KernelName[]) {
    const equal = found.find((other) => recordOf(KERNELS[other.kernel]) === recordOf(KERNELS[kernel]));
    if (equal === undefined) found.push({ kernel, same: [] });
    else equal.same.push(kernel);
  }
  return found;
}

/**
 * Kernels to compare whole on `minimal`. v5.12 differs from v5.13 in one decision, and v6.1 from v5.18 in one that
 * this layout never consults; both have prefixes of their own.
 */
export function kernelsDistinctOnMinimal(): KernelName[] {
  return distinctKernels()
    .map(({ kernel }) => kernel)
    .filter((kernel) => kernel !== 'v5.12' && kernel !== 'v6.1');
}

/** Equal for equal records of decisions. */
export function recordOf(kernel: Kernel): string {
  return JSON.stringify(kernel, Object.keys(kernel).sort());
}

/**
 * Checks how far comparisons go against the pins of a test, and that they find no difference.
 *
 * @param test import.meta.url of the test
 */
export function comparisonPins(test: string): (name: string, compared: Compared) => void {
  const check = pinsBeside(test);
  return (name, compared) => {
    if (compared.difference !== null) expect.fail(describeDifference(compared.difference));
    check(name, countsOf(compared));
  };
}

/** How far a comparison went, in words. */
export function countsOf({ states, steps, refused, found }: Compared): string {
  return `${states} states, ${steps} steps, ${refused} refused, ${found} found`;
}
