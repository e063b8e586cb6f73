// SPDX-License-Identifier: GPL-2.0
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { kernelNamed } from '../../../spec/define/kernel.ts';
import type { Kernel } from '../../../spec/kernels/decisions.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import { LINUX_VERSIONS, type LinuxVersion, loadKernel } from '../../../src/conform/harness.ts';
import { KernelMachine } from '../../../src/conform/kernel-machine.ts';
import type { Pair } from '../../../src/conform/lockstep.ts';
import { SpecMachine } from '../../../src/conform/spec-machine.ts';

/** Every Linux that the harness builds. */
export const VERSIONS = Object.keys(LINUX_VERSIONS) as LinuxVersion[];

/** Those that a usual run compares at length; the others have it in `npm run test:kernel:exhaustive`. */
export const USUAL: readonly LinuxVersion[] = ['6.12', '7.3'];

export const OTHERS = VERSIONS.filter((linux) => !USUAL.includes(linux));

/** What is compared with what. */
export interface Sides {
  readonly linux: LinuxVersion;
  /** A changed text of that Linux. */
  readonly variant?: string;
  /** The specification's record; that of the Linux unless said otherwise. */
  readonly record?: Kernel;
}

/** The two sides on a layout. */
export async function pairOf({ linux, variant, record }: Sides, layout: Layout): Promise<Pair> {
  const kernel = record ?? kernelNamed(LINUX_VERSIONS[linux]);
  return {
    spec: new SpecMachine({ layout, kernel, contract: CONTRACTS.kvm }),
    kernel: new KernelMachine(await loadKernel(linux, variant ?? null), layout),
  };
}
