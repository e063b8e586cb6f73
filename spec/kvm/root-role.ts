import type { Role } from '../state/shadow.ts';
import type { GuestState } from '../state/vcpu.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here, World } from '../world/world.ts';

/** The role that a root must have to be used now. @source kernel: kvm_calc_cpu_role, mmu.root_role */
export const rootRole = kvmFunction('rootRole', ({ world, vcpu }: Here): Role => roleFor(world, vcpu.guest));

/**
 * The role that goes with registers. SMEP keeps the kernel from running what user pages hold; with WP=1 up to v7.1 the
 * shadow pages are the same with and without it.
 */
export function roleFor({ kernel }: World, { guestMode, cr0, cr4 }: GuestState): Role {
  if (guestMode) return 'l2';
  if (!cr4.smep) return cr0.wp ? 'wp' : 'nowp';
  if (!cr0.wp) return 'nowp-smep';
  return kernel.smepRole === 'always' ? 'wp-smep' : 'wp';
}
