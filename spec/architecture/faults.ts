import type { Invpcid, MovCr3, MovCr4, Nested } from '../events/event.ts';
import type { GuestState } from '../state/vcpu.ts';

/**
 * MOV to CR3 with bit 63 set needs CR4.PCIDE=1: otherwise the bit is reserved.
 *
 * @source SDM vol. 2B, MOV to CR; kernel: kvm_set_cr3
 */
export function movCr3Faults(guest: GuestState, event: MovCr3): boolean {
  return event.noflush && !guest.cr4.pcide;
}

/** CR4.PCIDE can be set only while CR3[11:0] is zero. @source SDM vol. 3A, 4.10.1; kernel: kvm_set_cr4 */
export function movCr4Faults(guest: GuestState, event: MovCr4): boolean {
  return event.bits.pcide === true && !guest.cr4.pcide && guest.cr3.low !== 0;
}

/**
 * INVPCID of one PCID needs PCID 0 while CR4.PCIDE=0.
 *
 * @source SDM vol. 2A, INVPCID; kernel: kvm_handle_invpcid
 */
export function invpcidFaults(guest: GuestState, event: Invpcid): boolean {
  const names = event.type === 'address' || event.type === 'single';
  return names && !guest.cr4.pcide && event.pcid !== 0;
}

/** L1 enters L2 and L2 exits to L1; VMX instructions of L2 are L1's affair. @source SDM vol. 3C, 26 */
export function nestedFaults(guest: GuestState, { action }: Nested): boolean {
  return guest.guestMode !== (action === 'exit');
}
