import { expect } from 'vitest';
import { CONTRACTS } from '../../../../spec/contracts/named.ts';
import { KERNELS, type KernelName } from '../../../../spec/kernels/named.ts';
import type { Bounds } from '../../../../spec/layouts/bounds.ts';
import type { LayoutDefinition } from '../../../../spec/layouts/layout.ts';
import { LAYOUTS, type LayoutName } from '../../../../spec/layouts/named.ts';
import { canBeApart, memoMachine, modelOf } from '../../../../src/engine/memo/model.ts';
import { createModel } from '../../../../src/engine/model.ts';
import { rowLayout } from '../../../../src/engine/rows/layout.ts';
import { pinsBeside } from '../../../pins.ts';
import { describeDifference } from '../../../studies/compare/difference.ts';
import { type Setting, worldOf } from '../../../studies/setting.ts';
import { EVERYTHING } from '../everything.ts';
import { compareSymmetry, type Renamable, type SymmetryCompared } from './compare-symmetry.ts';

/** One comparison, as its pins name it. */
export interface Entry {
  readonly kernel: KernelName;
  readonly layout: LayoutName | keyof typeof EVERYTHING;
  readonly bounds?: Partial<Bounds>;
  /** All reachable ones by default. */
  readonly maxStates?: number;
}

const DEFINITIONS: Readonly<Record<string, LayoutDefinition>> = { ...LAYOUTS, ...EVERYTHING };

/** What an entry compares, under the contract `kvm`. */
export function settingOf({ kernel, layout, bounds = {} }: Entry): Setting {
  const definition = DEFINITIONS[layout] as LayoutDefinition;
  return { kernel: KERNELS[kernel], contract: CONTRACTS.kvm, layout: definition, bounds };
}

/** An entry in words. */
export function nameOf({ kernel, layout, bounds, maxStates }: Entry): string {
  const pairs = Object.entries({ ...bounds }).map(([name, value]) => `${name}=${value}`);
  const limit = maxStates === undefined ? 'exhaustive' : `first ${maxStates} states`;
  return [kernel, 'kvm', layout, ...pairs, limit].join(', ');
}

/**
 * Compares with whole states, and with TLBs apart where they can be; where they cannot, the spec's own recipes are
 * run. Holds how far the comparisons go against the pins of a test. None may find a difference.
 *
 * @param test import.meta.url of the test
 */
export function symmetryPins(test: string): (entry: Entry) => Promise<SymmetryCompared> {
  const check = pinsBeside(test);
  return async (entry) => {
    const setting = settingOf(entry);
    const machines = canBeApart(worldOf(setting))
      ? [onMemo(setting, 'whole'), onMemo(setting, 'apart')]
      : [await onRecipes(setting)];
    const compared = machines.map((machine) => compareSymmetry(machine, entry.maxStates));
    for (const { states, steps, refused, found, difference } of compared) {
      if (difference !== null) expect.fail(describeDifference(difference, ['original', 'renamed']));
      check(nameOf(entry), `${states} states, ${steps} steps, ${refused} refused, ${found} found`);
    }
    return compared[0] as SymmetryCompared;
  };
}

function onMemo(setting: Setting, tlbs: 'apart' | 'whole'): Renamable {
  const world = worldOf(setting);
  const { rows, facts, stepper, ...memo } = memoMachine(world, tlbs);
  return {
    world,
    model: modelOf({ rows, facts, stepper, ...memo }, ''),
    rows,
    facts,
    fill: (buffer) => {
      if (facts !== null) stepper.fills.fill(buffer, 0);
    },
  };
}

async function onRecipes(setting: Setting): Promise<Renamable> {
  const world = worldOf(setting);
  const { smepRole } = world.kernel;
  const options = { tlbs: 'whole', loadedApart: false, strayRoots: false, smepRole } as const;
  return {
    world,
    model: await createModel({ ...setting, engine: 'in-place', flushesOrdered: false }),
    rows: rowLayout(world.layout, world.contract, options),
    facts: null,
    fill: () => {},
  };
}
