import { describe, it } from 'vitest';
import { CONTRACTS, type ContractName } from '../../../spec/contracts/named.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { pins } from '../../pins.ts';
import type { Compared } from '../compare/breadth-first.ts';
import { compareErasure } from '../compare/compare-erasure.ts';
import { compareSimulation } from '../compare/compare-simulation.ts';
import { describeDifference } from '../compare/difference.ts';
import { worldOf } from '../setting.ts';
import { ERASURES } from './erasures.ts';
import {
  fewerCachedRoots,
  fewerFrames,
  freezePage,
  idlePcid,
  idleSpace,
  idleVcpu,
  mergeFrozenPages,
  twoFrames,
} from './simulations.ts';

const SIMULATIONS = {
  'three frames for more, f1 told apart': (setting) => fewerFrames(setting, 'f1'),
  'three frames for more, f2 told apart': (setting) => fewerFrames(setting, 'f2'),
  'two frames for more': twoFrames,
  'a neighbour that never changes': freezePage,
  'one neighbour that never changes for two': mergeFrozenPages,
  'without a space that is never loaded': idleSpace,
  'without a PCID that is never loaded': idlePcid,
  'without a vCPU that idles': idleVcpu,
  'one cached root fewer': fewerCachedRoots,
} as const satisfies Record<string, typeof twoFrames>;

/** One comparison: of an erasure or a simulation by name. */
export interface Entry {
  readonly step: keyof typeof SIMULATIONS | 'erasures';
  readonly kernel?: KernelName;
  /** `sdm` by default, so that there is something stale to keep. */
  readonly contract?: ContractName;
  readonly layout: LayoutName;
  readonly bounds: Partial<Bounds>;
}

/** Holds comparisons against a file: how far they went, or where the smaller world cannot follow. */
export function testSteps(file: URL, entries: readonly Entry[]): void {
  const check = pins(file);
  describe('each step of the cutoff argument comes to what is pinned', () => {
    it.each(entries.map((entry) => [nameOf(entry), entry] as const))('%s', (_, entry) => {
      for (const [name, compared] of compare(entry)) check(name, inWords(compared));
    });
  });
}

function compare(entry: Entry): (readonly [name: string, compared: Compared])[] {
  const { step, kernel = 'v6.12', contract = 'sdm', layout, bounds } = entry;
  const setting = { kernel: KERNELS[kernel], contract: CONTRACTS[contract], layout: LAYOUTS[layout], bounds };
  const name = nameOf(entry);
  if (step !== 'erasures') return [[name, compareSimulation(SIMULATIONS[step](setting))]];
  const world = worldOf(setting);
  return Object.entries(ERASURES).map(
    ([part, masks]) => [`${name}: ${part}`, compareErasure(world, masks)] as const,
  );
}

function nameOf({ step, kernel = 'v6.12', contract = 'sdm', layout, bounds }: Entry): string {
  const pairs = Object.entries(bounds).map(([name, value]) => `${name}=${value}`);
  return [step, kernel, contract, layout, ...pairs].join(', ');
}

function inWords({ states, steps, refused, difference }: Compared): string {
  if (difference !== null) return describeDifference(difference, ['larger', 'smaller']);
  return `exhaustive: ${states} states, ${steps} steps, ${refused} refused or left out`;
}
