import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { namesOfOwn } from '../../../spec/define/kernel.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { deepFreeze } from '../../../spec/layouts/freeze.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import type { OverriddenKernel } from '../../../spec/world/world.ts';
import { kernelView } from '../../engine/memo/kernel-view.ts';
import { withDecisions } from '../../kernels/exported-kernel.ts';
import type { KernelChoice, Link } from '../link.ts';
import { type KnownKernel, kernelCalled } from '../own-kernels.ts';
import { type ShownWorld, worldOfCode } from './shown-world.ts';

/** The worlds that a link shows: its own, and that of the second kernel if there is one. */
export function worldsOf(link: Omit<Link, 'step'>): [ShownWorld, ...ShownWorld[]] {
  const { versus, events } = link;
  const layout = buildLayout(LAYOUTS[link.layout], link.bounds);
  const contract = deepFreeze(CONTRACTS[link.contract]);
  const worldOf = ({ kernel: name, set }: KernelChoice): ShownWorld => {
    const known = kernelCalled(name) as KnownKernel;
    const { kernel, code } = known;
    return code === undefined
      ? { layout, kernel: guarded(withDecisions(known, set).kernel), contract }
      : worldOfCode(code, { layout, kernel, contract, events });
  };
  return [worldOf(link), ...(versus === null ? [] : [worldOf(versus)])];
}

/** The same kernel; code of its own says so where it is no function of the state. */
function guarded(kernel: OverriddenKernel): OverriddenKernel {
  return namesOfOwn(kernel).length === 0 ? kernel : kernelView(kernel, () => {});
}

/**
 * A kernel as people write it: `v6.12`, or `v6.12 with pcideSet=nothing`; by what it is judged, if not by the SDM; and whose
 * code it is, if it is Linux's own.
 */
export function kernelName({ kernel, set }: KernelChoice): string {
  const { kernel: made, architecture, code } = kernelCalled(kernel) as KnownKernel;
  if (code !== undefined) return code.called;
  const changes = [
    ...Object.entries(set).map(([decision, value]) => `${decision}=${value}`),
    ...namesOfOwn(made).map((own, i) => (i === 0 ? `its own ${own}` : own)),
  ];
  const judge = architecture.length === 0 ? '' : `, JUDGED BY ITS OWN ${architecture.join(', ')}`;
  return `${kernel}${changes.length === 0 ? '' : ` with ${changes.join(', ')}`}${judge}`;
}
