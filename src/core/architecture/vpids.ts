import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { VcpuFields } from '../row/fields.ts';
import { drop, exchange } from '../state/tagged-set.ts';
import { dropAll } from './guest-tlb.ts';
import { endRefills } from './invalidations.ts';

/** The processor goes from L1 to L2 under a VPID of its own. @source SDM vol. 3C, 29.3 */
export function enterVpid(m: Core, v: VcpuFields, vpid: 'same' | 'new'): void {
  exchangeVpids(m, v);
  if (vpid === 'same') return;
  dropAll(m, v, true);
  endRefills(m, v, 'invpcid all');
}

/** Goes back to L1; whether L2 had a VPID of its own. */
export function leaveVpid(m: Core, v: VcpuFields): boolean {
  const ownVpid = get(m, v.ownVpid) === 1;
  if (ownVpid) exchangeVpids(m, v);
  return ownVpid;
}

function exchangeVpids(m: Core, v: VcpuFields): void {
  exchange(m, v.hardwareTlb, v.otherVpid.hardwareTlb);
  exchange(m, v.guestTlb, v.otherVpid.guestTlb);
  exchange(m, v.globals, v.otherVpid.globals);
  exchange(m, v.loaded, v.otherVpid.loaded);
  set(m, v.ownVpid, 1 - get(m, v.ownVpid));
}

/** The guest's own TLB loses all that it holds under the VPID that is not in use. */
export function forgetOtherVpid(m: Core, v: VcpuFields): void {
  drop(m, v.otherVpid.guestTlb.all);
  drop(m, v.otherVpid.globals.all);
  drop(m, v.otherVpid.loaded.all);
}
