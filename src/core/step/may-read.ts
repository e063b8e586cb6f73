import type { CoreEvent } from '../event.ts';
import { hardwareWalk } from '../kvm/hardware-tlb.ts';
import type { Core } from '../machine.ts';
import type { VcpuFields } from '../row/fields.ts';
import { held } from '../state/tagged-set.ts';
import { hardwareTag } from '../state/vcpu.ts';
import { frameBit } from '../state/walk.ts';

/**
 * The frames that the processor may read in carrying out an event, one bit a frame: the sections *Hardware* of
 * the spec's reducers. It is asked after the handler and before the entry, whose flushes come too late.
 */
export function mayRead(m: Core, v: VcpuFields, event: CoreEvent): number {
  if (event.kind !== 'access') return 0;
  const cached = held(m, v.hardwareTlb, hardwareTag(m, v), event.page.index);
  return cached | frameBit(hardwareWalk(m, v, event.page));
}
