import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { VcpuFields } from '../row/fields.ts';
import { CONSULTED, note } from '../row/notes.ts';
import { pcidOf } from '../state/vcpu.ts';
import { invalidatePcid, syncAndFlushCurrent, syncBeforeSwitch } from './invalidate-pcid.ts';
import { newPgd } from './new-pgd.ts';

/**
 * MOV to CR3, after its checks. The root is switched before arch.cr3 changes; the PCID is invalidated after.
 *
 * @source kernel: kvm_set_cr3
 */
export function setCr3(m: Core, v: VcpuFields, cr3: number, low: number, noflush: boolean): void {
  const same = cr3 === get(m, v.cr3);
  if (!noflush) syncBeforeSwitch(m, v);
  if (!same) newPgd(m, v, cr3, noflush);
  set(m, v.cr3, cr3);
  if (noflush) return;
  note(m, CONSULTED.movCr3Flush);
  if (m.kernel.movCr3Flush === 'invalidate-pcid') invalidatePcid(m, v, pcidOf(m, v, low));
  else if (same) syncAndFlushCurrent(m, v);
}
