import type { CoreEvent } from '../event.ts';
import type { Core } from '../machine.ts';
import type { VcpuFields } from '../row/layout.ts';
import { CONSULTED, note } from '../row/notes.ts';
import { MMU_RELOAD, TLB_FLUSH_GUEST } from '../state/requests.ts';
import { invpcidGva } from './invalidate-addr.ts';
import { invalidatePcid } from './invalidate-pcid.ts';
import { makeRequest } from './requests.ts';

/** INVPCID, after its checks. @source kernel: kvm_handle_invpcid */
export function handleInvpcid(m: Core, v: VcpuFields, event: Extract<CoreEvent, { kind: 'invpcid' }>): void {
  switch (event.type) {
    case 'address':
      invpcidGva(m, v, event.page, event.pcid);
      return;
    case 'single':
      invalidatePcid(m, v, event.pcid);
      return;
    case 'all':
    case 'all-nonglobal':
      note(m, CONSULTED.invpcidAll);
      makeRequest(m, v, m.kernel.invpcidAll === 'reload' ? MMU_RELOAD : TLB_FLUSH_GUEST);
      return;
  }
}
