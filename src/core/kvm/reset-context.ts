import type { Core } from '../machine.ts';
import type { VcpuFields } from '../row/layout.ts';
import { unload } from './roots.ts';

/** Drops every root after a change of a role bit. @source kernel: kvm_mmu_reset_context, kvm_init_mmu */
export function resetContext(m: Core, v: VcpuFields): void {
  unload(m, v);
}
