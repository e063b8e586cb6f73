import type { Event } from '../../spec/events/event.ts';
import type { Machine } from '../../spec/state/machine.ts';

/** Why no instruction of a guest, on whatever vCPU, brings an event about; null for those that one does, and for the host's. */
export function whyNoInstruction(event: Event, { vcpus }: Pick<Machine, 'vcpus'>): string | null {
  switch (event.kind) {
    case 'write-pte':
      return event.cached ? 'what the hardware TLB still holds is not for the guest to say' : null;
    case 'page-fault':
      return vcpus[event.cpu]?.guest.cr0.wp
        ? null
        : 'with CR0.WP=0 a store by ring 0 is not stopped by a read-only entry';
    case 'mov-cr3-twice':
      return 'every MOV to CR3 of a guest is followed by an entry of its own';
    case 'zap-during':
      return 'the host does it while KVM is at work, and nobody can say when';
    default:
      return null;
  }
}
