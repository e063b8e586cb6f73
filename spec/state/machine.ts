import type { Invalidation } from '../architecture/invalidations.ts';
import type { Contract } from '../contracts/contract.ts';
import type { Event, EventKind, EventOf } from '../events/event.ts';
import type { Kernel } from '../kernels/decisions.ts';
import type { Layout } from '../layouts/layout.ts';
import type { GuestMemory } from './guest-memory.ts';
import type { Frame } from './names.ts';
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
  readonly kernel: OverriddenKernel;
  readonly contract: Contract;
}

/** The vCPU that acts, in its machine, in its world: what a KVM function reaches from its `vcpu` argument. */
export interface Here {
  readonly world: World;
  readonly machine: Machine;
  readonly vcpu: Vcpu;
}

/** What one kind of event does until the next VM entry, in four sections that always stand in this order. */
export interface Reducer<E extends Event> {
  /** Faults: whether the event gets #GP, which changes nothing. */
  readonly faults: (vcpu: Vcpu, event: E) => boolean;
  /** Guest TLB: what the SDM requires the processor to invalidate. */
  readonly guestTlb: (vcpu: Vcpu, event: E) => readonly Invalidation[];
  /** KVM: what the handler does and which requests it raises. */
  readonly kvm: (here: Here, event: E) => void;
  /** Hardware: the frames that the processor may read in carrying out the event. */
  readonly hardware: (here: Here, event: E) => readonly Frame[];
}

/** Reducers that take the place of those in `spec/reducers`, by the kind of event. */
export type Overrides = { readonly [K in EventKind]?: Reducer<EventOf<K>> };

/**
 * A kernel that may have reducers of its own, for a patch that no decision describes. A patch changes what
 * KVM does; what the architecture does, the section `guestTlb`, is what it is judged by, and should stay.
 */
export type OverriddenKernel = Kernel & { readonly reducers?: Overrides };
