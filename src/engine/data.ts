import type { Contract } from '../../spec/contracts/contract.ts';
import type { Kernel } from '../../spec/kernels/decisions.ts';
import type { Bounds } from '../../spec/layouts/bounds.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import { deepFreeze } from '../../spec/layouts/freeze.ts';
import type { LayoutDefinition } from '../../spec/layouts/layout.ts';
import type { World } from '../../spec/world/world.ts';
import { loadOverrides, type OverridesSource } from './overrides.ts';

/** What a world is made from: plain data, so that a worker can make it too. */
export interface WorldData {
  readonly kernel: Kernel;
  readonly contract: Contract;
  readonly layout: LayoutDefinition;
  readonly bounds: Partial<Bounds>;
  /** Where the functions and reducers come from that take the place of the spec's. */
  readonly overrides?: OverridesSource | undefined;
  /** The code that is KVM in place of the specification's recipes: `kernel` says of it only how roles are made up. */
  readonly linux?: LinuxSource | undefined;
}

/** A kernel's code, compiled. */
export interface LinuxSource {
  /** The WebAssembly file. */
  readonly product: string;
  /** Of all that was compiled. */
  readonly digest: string;
}

/** The world of some data. @throws BoundError when the bounds describe no guest; Error of a module of overrides */
export async function worldOf({ kernel, contract, layout, bounds, overrides }: WorldData): Promise<World> {
  const world: World = { kernel, contract, layout: buildLayout(layout, bounds) };
  if (overrides === undefined) return world;
  deepFreeze(contract);
  return { ...world, kernel: { ...kernel, ...(await loadOverrides(overrides)) } };
}

/** Names everything that decides how a world behaves; without a layout, how worlds of any layout do. */
export function identityOf({
  kernel,
  contract,
  layout,
  bounds,
  overrides,
  linux,
}: Omit<WorldData, 'layout' | 'bounds'> & Partial<WorldData>): string {
  return JSON.stringify({
    kernel,
    contract,
    layout,
    bounds,
    overrides: overrides?.digest ?? null,
    linux: linux?.digest,
  });
}
