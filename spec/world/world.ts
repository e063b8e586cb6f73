import type { Contract } from '../contracts/contract.ts';
import type { Invalidation } from '../contracts/invalidation.ts';
import type { Event, EventKind, EventOf } from '../events/event.ts';
import type { Kernel } from '../kernels/decisions.ts';
import type { Layout } from '../layouts/layout.ts';
import type { VcpuAtHand } from '../schema/at-hand.ts';
import type { KvmMachine, Machine } from '../state/machine.ts';
import type { Frame } from '../state/names.ts';
import type { Flush } from '../state/tlb-effects.ts';
import type { GuestState, KvmVcpu, Vcpu } from '../state/vcpu.ts';

/**
 * What stays the same during a run: the guest image, the kernel, and how strictly the guest's TLB is judged.
 */
export interface World {
  readonly layout: Layout;
  readonly kernel: OverriddenKernel;
  readonly contract: Contract;
}

/** A vCPU in its machine, in its world, without TLBs: for whoever only looks. */
export interface Seen {
  readonly world: World;
  readonly machine: KvmMachine;
  readonly vcpu: KvmVcpu;
}

/**
 * The vCPU that acts, in its machine, in its world: what a KVM function reaches from its `vcpu` argument. No TLB
 * is among it: KVM can have one flushed, and never looks into one.
 */
export interface Here {
  readonly world: World;
  readonly machine: KvmMachine;
  readonly vcpu: VcpuAtHand;
  /** Has the hardware TLB of this vCPU flushed. */
  readonly flush: (flush: Flush) => void;
}

/** The same with the TLBs, for what the processor does. */
export interface Processor {
  readonly world: World;
  readonly machine: Machine;
  readonly vcpu: Vcpu;
}

/** What one kind of event does until the next VM entry, in four sections that always stand in this order. */
export interface Reducer<E extends Event> {
  /** Faults: whether the event gets #GP, which changes nothing. */
  readonly faults: (guest: GuestState, event: E) => boolean;
  /** Guest TLB: what the SDM requires the processor to invalidate. */
  readonly guestTlb: (guest: GuestState, event: E) => readonly Invalidation[];
  /** KVM: what the handler does and which requests it raises. */
  readonly kvm: (here: Here, event: E) => void;
  /** Hardware: the frames that the processor may read in carrying out the event. */
  readonly hardware: (processor: Processor, event: E) => readonly Frame[];
}

/** Reducers that take the place of those in `spec/reducers`, by the kind of event. */
export type Overrides = { readonly [K in EventKind]?: Reducer<EventOf<K>> };

/**
 * A kernel that may have reducers of its own, for a patch that no decision describes. A patch changes what
 * KVM does; what the architecture does, the section `guestTlb`, is what it is judged by, and should stay.
 */
export type OverriddenKernel = Kernel & {
  readonly reducers?: Overrides;
  /** What stands in for the VM entry, where KVM as a whole is not the specification's. */
  readonly enterGuest?: (here: Here) => void;
};
