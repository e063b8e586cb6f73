import type { Role } from '../state/shadow.ts';
import type { KvmVcpu } from '../state/vcpu.ts';
import type { World } from '../world/world.ts';

/**
 * The role that a root must have to be used now. SMEP keeps the kernel from running what user pages hold; with WP=1 up
 * to v7.1 the shadow pages are the same with and without it. No kernel replaces it: roots are judged by it too, and which
 * shadow pages there can be follows from it.
 *
 * @source kernel: kvm_calc_cpu_role, mmu.root_role
 */
export function rootRole({ kernel }: World, { guest: { guestMode, cr0, cr4 } }: KvmVcpu): Role {
  if (guestMode) return 'l2';
  if (!cr4.smep) return cr0.wp ? 'wp' : 'nowp';
  if (!cr0.wp) return 'nowp-smep';
  return kernel.smepRole === 'always' ? 'wp-smep' : 'wp';
}
