import type { Contract } from '../contracts/contract.ts';
import type { Kernel } from '../kernels/decisions.ts';
import type { Layout } from '../layouts/layout.ts';
import type { GuestMemory } from './guest-memory.ts';
import type { Shadow } from './shadow.ts';
import type { Vcpu } from './vcpu.ts';
import type { Work } from './work.ts';

/** The whole state: the guest's page tables, KVM's shadow of them, and the processors; with the last step's work. */
export interface Machine {
  memory: GuestMemory;
  shadow: Shadow;
  vcpus: Vcpu[];
  /** What the last step cost; no part of the state. */
  work: Work;
}

/**
 * What stays the same during a run: the guest image, the kernel, and how strictly the guest's TLB is judged.
 */
export interface World {
  readonly layout: Layout;
  readonly kernel: Kernel;
  readonly contract: Contract;
}

/** The vCPU that acts, in its machine, in its world: what a KVM function reaches from its `vcpu` argument. */
export interface Here {
  readonly world: World;
  readonly machine: Machine;
  readonly vcpu: Vcpu;
}
