import type { CoreEvent } from '../event.ts';
import type { Core } from '../machine.ts';
import type { VcpuFields } from '../row/fields.ts';
import { CONSULTED, note } from '../row/notes.ts';
import { invpcidGva } from './invalidate-addr.ts';
import { invalidatePcid, syncBeforeSwitch } from './invalidate-pcid.ts';
import { requestFlush } from './requests.ts';

/** INVPCID, after its checks. @source kernel: kvm_handle_invpcid */
export function handleInvpcid(m: Core, v: VcpuFields, event: Extract<CoreEvent, { kind: 'invpcid' }>): void {
  switch (event.type) {
    case 'address':
      invpcidGva(m, v, event.page, event.pcid);
      return;
    case 'single':
      syncBeforeSwitch(m, v);
      invalidatePcid(m, v, event.pcid);
      return;
    case 'all':
    case 'all-nonglobal':
      note(m, CONSULTED.invpcidAll);
      requestFlush(m, v, m.kernel.invpcidAll);
      return;
  }
}
