import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { OPTIMISATIONS } from '../../../spec/properties/optimisations.ts';
import { keptOptimisations } from '../../../src/cost/optimisations.ts';

/** Which optimisations a kernel keeps from the reachable states of a layout that has their events, in words. */
export function keptInWords(kernel: KernelName, name: LayoutName, bounds: Partial<Bounds>): string {
  const layout = buildLayout(LAYOUTS[name], bounds);
  const togglesPge = layout.events.some((event) => event.kind === 'mov-cr4' && event.bits.pge !== undefined);
  const tried = OPTIMISATIONS.filter(({ name: what }) => togglesPge || !what.startsWith('pge'));
  const { states, kept } = keptOptimisations(KERNELS[kernel], layout, tried);
  return [`${states} states`, ...kept.map((each) => `${each.name} ${each.verdict} (${each.from})`)].join(
    ', ',
  );
}
