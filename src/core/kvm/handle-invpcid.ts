import type { CoreEvent } from '../event.ts';
import type { Core } from '../machine.ts';
import type { VcpuFields } from '../row/layout.ts';
import { CONSULTED, note } from '../row/notes.ts';
import { MMU_RELOAD, MMU_SYNC, TLB_FLUSH_CURRENT, TLB_FLUSH_GUEST } from '../state/requests.ts';
import { invpcidGva } from './invalidate-addr.ts';
import { invalidatePcid, syncBeforeSwitch } from './invalidate-pcid.ts';
import { makeRequest } from './requests.ts';

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
      invalidateAll(m, v);
      return;
  }
}

function invalidateAll(m: Core, v: VcpuFields): void {
  note(m, CONSULTED.invpcidAll);
  switch (m.kernel.invpcidAll) {
    case 'reload':
      makeRequest(m, v, MMU_RELOAD);
      return;
    case 'flush-guest':
      makeRequest(m, v, TLB_FLUSH_GUEST);
      return;
    case 'sync-and-flush-current':
      makeRequest(m, v, MMU_SYNC);
      makeRequest(m, v, TLB_FLUSH_CURRENT);
      return;
  }
}
