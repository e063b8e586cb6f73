import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { defineKernel } from '../../../spec/define/kernel.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import type { World } from '../../../spec/world/world.ts';
import type { KernelChoice, Link } from '../link.ts';

/** The worlds that a link shows: its own, and that of the second kernel if there is one. */
export function worldsOf(link: Omit<Link, 'events' | 'step'>): [World, ...World[]] {
  const { versus, contract } = link;
  const layout = buildLayout(LAYOUTS[link.layout], link.bounds);
  const worldOf = ({ kernel, set }: KernelChoice): World => ({
    layout,
    kernel: defineKernel({ base: kernel, ...set }),
    contract: CONTRACTS[contract],
  });
  return [worldOf(link), ...(versus === null ? [] : [worldOf(versus)])];
}

/** A kernel as people write it: `v6.12`, or `v6.12 with pcideSet=nothing`. */
export function kernelName({ kernel, set }: KernelChoice): string {
  const changes = Object.entries(set).map(([decision, value]) => `${decision}=${value}`);
  return changes.length === 0 ? kernel : `${kernel} with ${changes.join(', ')}`;
}
