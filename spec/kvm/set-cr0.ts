import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { changeRole } from './reset-context.ts';

/**
 * MOV to CR0: WP is in the role of every shadow page.
 *
 * @source kernel: kvm_set_cr0, kvm_post_set_cr0
 */
export const setCr0 = kvmFunction('setCr0', (here: Here, wp: boolean): void => {
  const { vcpu } = here;
  if (vcpu.guest.cr0.wp === wp) return;
  vcpu.guest.cr0 = { wp };
  changeRole(here, false);
});
