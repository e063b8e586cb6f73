import type { Here } from '../state/machine.ts';
import { unload } from './roots.ts';

/**
 * Drops every root after a change of a role bit. The role itself is computed from the registers wherever it
 * is needed, so there is nothing to set up again.
 *
 * @source kernel: kvm_mmu_reset_context, kvm_init_mmu
 */
export function resetContext(here: Here): void {
  unload(here);
}
