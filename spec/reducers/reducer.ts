import type { Invalidation } from '../architecture/invalidations.ts';
import type { Event } from '../events/event.ts';
import type { Here } from '../state/machine.ts';
import type { Frame } from '../state/names.ts';
import type { Vcpu } from '../state/vcpu.ts';

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

/** For events that cannot fault. */
export const never = () => false;

/** For events that read nothing through the TLB. */
export const readsNothing = () => [];
