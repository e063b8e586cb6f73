import type { CoreEvent } from '../event.ts';
import type { Core } from '../machine.ts';
import { get } from '../row/field.ts';
import type { VcpuFields } from '../row/fields.ts';
import { cr3Low } from '../state/vcpu.ts';

/** Whether an event gets #GP. @source SDM vol. 3A, 4.10.1; vol. 2, MOV to CR and INVPCID */
export function faults(m: Core, v: VcpuFields, event: CoreEvent): boolean {
  switch (event.kind) {
    case 'mov-cr3':
      return event.noflush && get(m, v.pcide) === 0;
    case 'mov-cr4':
      return event.pcide === 1 && get(m, v.pcide) === 0 && cr3Low(m, v) !== 0;
    case 'invpcid':
      return (
        (event.type === 'address' || event.type === 'single') && event.pcid !== 0 && get(m, v.pcide) === 0
      );
    case 'nested':
      return (get(m, v.guestMode) === 1) !== (event.action === 'exit');
    default:
      return false;
  }
}
