import type { Contract } from '../../spec/contracts/contract.ts';
import type { Kernel } from '../../spec/kernels/decisions.ts';
import type { Bounds } from '../../spec/layouts/bounds.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import type { LayoutDefinition } from '../../spec/layouts/layout.ts';
import type { World } from '../../spec/world/world.ts';

/** What is studied: a kernel and a contract on a layout. */
export interface Setting {
  readonly kernel: Kernel;
  readonly contract: Contract;
  readonly layout: LayoutDefinition;
  readonly bounds: Partial<Bounds>;
}

/** The world of a setting, with some bounds changed. */
export function worldOf({ kernel, contract, layout, bounds }: Setting, changed: Partial<Bounds> = {}): World {
  return { kernel, contract, layout: buildLayout(layout, { ...bounds, ...changed }) };
}
