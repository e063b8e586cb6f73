import { match } from 'ts-pattern';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { newPgd } from './new-pgd.ts';
import { unload } from './roots.ts';

/**
 * Drops every root. The role itself is computed from the registers wherever it is needed, so there is nothing
 * to set up again.
 *
 * @source kernel: kvm_mmu_reset_context, kvm_init_mmu
 */
export const resetContext = kvmFunction('resetContext', (here: Here): void => {
  unload(here);
});

/**
 * Follows a change of a role bit: the roots so far are for the old role. Every release drops them all.
 *
 * @source kernel: kvm_post_set_cr0, kvm_post_set_cr4; the proposal "do not unload MMU roots on all role
 * changes", February 2022
 */
export const changeRole = kvmFunction('changeRole', (here: Here, smepSet: boolean): void => {
  const { roleChange } = here.world.kernel;
  match(smepSet && roleChange === 'keep-roots' ? 'unload' : roleChange)
    .with('unload', () => resetContext(here))
    .with('keep-roots', 'keep-roots-always', () => newPgd(here, here.vcpu.guest.cr3, true))
    .with('nothing', () => {})
    .exhaustive();
});
