import { CONTRACTS, type ContractName, STRONGER_THAN_KVM } from '../../../spec/contracts/named.ts';
import { DECISION_NAMES, DECISIONS, type Kernel } from '../../../spec/kernels/decisions.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import type { LayoutDefinition } from '../../../spec/layouts/layout.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import type { World } from '../../../spec/world/world.ts';
import type { Random } from '../../../src/checker/random.ts';
import { EVERYTHING } from './everything.ts';

const DEFINITIONS: Readonly<Record<string, LayoutDefinition>> = { ...LAYOUTS, ...EVERYTHING };
const EVERY_CONTRACT = [...Object.values(CONTRACTS), ...STRONGER_THAN_KVM];

export const LAYOUT_NAMES = Object.keys(LAYOUTS) as LayoutName[];
export const KERNEL_NAMES = Object.keys(KERNELS) as KernelName[];

/** A world, as tables name it. */
export interface Scope {
  readonly layout: LayoutName | keyof typeof EVERYTHING;
  readonly bounds?: Partial<Bounds> | undefined;
  readonly kernel: KernelName;
  readonly set?: Partial<Kernel> | undefined;
  /** `kvm` by default. */
  readonly contract?: string | undefined;
}

export function worldOf({ layout, bounds, kernel, set, contract = 'kvm' }: Scope): World {
  return {
    layout: buildLayout(DEFINITIONS[layout] as LayoutDefinition, bounds),
    kernel: { ...KERNELS[kernel], ...set },
    contract: EVERY_CONTRACT.find(({ name }) => name === contract) as (typeof EVERY_CONTRACT)[number],
  };
}

export function nameOf({ layout, bounds, kernel, set, contract }: Scope): string {
  const pairs = Object.entries({ ...bounds, ...set }).map(([name, value]) => `${name}=${value}`);
  return [layout, kernel, ...(contract === undefined ? [] : [contract]), ...pairs].join(', ');
}

/** Named kernels with records of their own, the oldest name of each. */
export const DISTINCT_KERNELS: readonly KernelName[] = KERNEL_NAMES.filter(
  (name, i) => KERNEL_NAMES.findIndex((other) => recordOf(other) === recordOf(name)) === i,
);

function recordOf(name: KernelName): string {
  return DECISION_NAMES.map((decision) => KERNELS[name][decision]).join();
}

/** So many decisions with values at random. */
export function someDecisions(random: Random, count: number): Partial<Kernel> {
  const one = <T>(choices: readonly T[]) => choices[random.below(choices.length)] as T;
  return Object.fromEntries(
    Array.from({ length: count }, () => {
      const name = one(DECISION_NAMES);
      return [name, one(Object.keys(DECISIONS[name].values))];
    }),
  );
}

/** A contract at random. */
export function someContract(random: Random): ContractName | string {
  return (EVERY_CONTRACT[random.below(EVERY_CONTRACT.length)] as (typeof EVERY_CONTRACT)[number]).name;
}
