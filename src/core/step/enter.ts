import { enterGuest } from '../kvm/enter-guest.ts';
import type { Core } from '../machine.ts';
import { get } from '../row/field.ts';
import type { VcpuFields } from '../row/fields.ts';
import { INVALID } from '../state/root.ts';

/**
 * The second part of a step: the vCPU of the event enters the guest, and so does every vCPU that was kicked,
 * round and round until no request is pending.
 */
export function enterAll(m: Core, cpu: number): void {
  enterIfWaiting(m, m.layout.vcpus[cpu]!);
  if (m.layout.vcpus.length === 1) return;
  let again = true;
  while (again) {
    again = false;
    for (const v of m.layout.vcpus) {
      if (!again) again = enterIfWaiting(m, v);
    }
  }
}

/** Whether this vCPU had something to do before it could run. */
function enterIfWaiting(m: Core, v: VcpuFields): boolean {
  if (get(m, v.requests) === 0 && get(m, v.root) !== INVALID) return false;
  enterGuest(m, v);
  return true;
}
