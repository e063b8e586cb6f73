import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { namesOfOwn } from '../../../spec/define/kernel.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { deepFreeze } from '../../../spec/layouts/freeze.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import type { OverriddenKernel, World } from '../../../spec/world/world.ts';
import { kernelView } from '../../engine/memo/kernel-view.ts';
import { withDecisions } from '../../kernels/exported-kernel.ts';
import type { KernelChoice, Link } from '../link.ts';
import { type KnownKernel, kernelCalled } from '../own-kernels.ts';

/** The worlds that a link shows: its own, and that of the second kernel if there is one. */
export function worldsOf(link: Omit<Link, 'events' | 'step'>): [World, ...World[]] {
  const { versus, contract } = link;
  const layout = buildLayout(LAYOUTS[link.layout], link.bounds);
  const worldOf = ({ kernel, set }: KernelChoice): World => ({
    layout,
    kernel: guarded(withDecisions(kernelCalled(kernel) as KnownKernel, set).kernel),
    contract: deepFreeze(CONTRACTS[contract]),
  });
  return [worldOf(link), ...(versus === null ? [] : [worldOf(versus)])];
}

/** The same kernel; code of its own says so where it is no function of the state. */
function guarded(kernel: OverriddenKernel): OverriddenKernel {
  return namesOfOwn(kernel).length === 0 ? kernel : kernelView(kernel, () => {});
}

/** A kernel as people write it: `v6.12`, or `v6.12 with pcideSet=nothing`; and by what it is judged, if not by the SDM. */
export function kernelName({ kernel, set }: KernelChoice): string {
  const { kernel: made, architecture } = kernelCalled(kernel) as KnownKernel;
  const changes = [
    ...Object.entries(set).map(([decision, value]) => `${decision}=${value}`),
    ...namesOfOwn(made).map((own, i) => (i === 0 ? `its own ${own}` : own)),
  ];
  const judge = architecture.length === 0 ? '' : `, JUDGED BY ITS OWN ${architecture.join(', ')}`;
  return `${kernel}${changes.length === 0 ? '' : ` with ${changes.join(', ')}`}${judge}`;
}
