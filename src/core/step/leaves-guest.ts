import type { CoreEvent } from '../event.ts';
import { hardwareWalk } from '../kvm/hardware-tlb.ts';
import type { Core } from '../machine.ts';
import { get } from '../row/field.ts';
import type { VcpuFields } from '../row/fields.ts';

/** Whether an event makes the guest leave for KVM. @source kernel: vmx_handle_exit */
export function leavesGuest(m: Core, v: VcpuFields, event: CoreEvent): boolean {
  switch (event.kind) {
    case 'access':
      return hardwareWalk(m, v, event.page) === 0;
    case 'write-pte':
    case 'write-dir':
      return event.emulated || get(m, event.table.writable) === 0;
    case 'zap-during':
      return event.during === 'fault' && hardwareWalk(m, v, event.page) === 0;
    case 'host':
      return false;
    default:
      return true;
  }
}
