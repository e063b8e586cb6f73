import type { Core } from '../machine.ts';
import { set } from '../row/field.ts';
import type { VcpuFields } from '../row/fields.ts';
import { CONSULTED, note } from '../row/notes.ts';
import { TLB_FLUSH_GUEST } from '../state/requests.ts';
import { cr3Space } from '../state/vcpu.ts';
import { makeRequest } from './requests.ts';
import { resetContext } from './reset-context.ts';

/** INIT. @source kernel: kvm_vcpu_reset */
export function vcpuReset(m: Core, v: VcpuFields): void {
  set(m, v.wp, 1);
  set(m, v.cr3, cr3Space(m, v));
  set(m, v.pcide, 0);
  set(m, v.pge, 0);
  set(m, v.smep, 0);
  set(m, v.guestMode, 0);
  note(m, CONSULTED.initReset);
  switch (m.kernel.initReset) {
    case 'reset-and-flush-guest':
      resetContext(m, v);
      makeRequest(m, v, TLB_FLUSH_GUEST);
      break;
    case 'reset':
      resetContext(m, v);
      break;
    case 'nothing':
      break;
  }
}
