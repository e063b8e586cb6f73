import { type Cr3, pcidOf, sameCr3 } from '../state/registers.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { invalidatePcid, syncAndFlushCurrent, whatIfSyncBeforeSwitch } from './invalidate-pcid.ts';
import { newPgd } from './new-pgd.ts';

/**
 * MOV to CR3, after its checks. The root is switched before arch.cr3 changes; the PCID is invalidated after,
 * so that the active PCID is the new one.
 *
 * @source kernel: kvm_set_cr3
 */
export const setCr3 = kvmFunction('setCr3', (here: Here, cr3: Cr3, noflush: boolean): void => {
  const { vcpu, world } = here;
  const same = sameCr3(cr3, vcpu.guest.cr3);
  if (!noflush) whatIfSyncBeforeSwitch(here);
  if (!same) newPgd(here, cr3, noflush);
  vcpu.guest.cr3 = cr3;
  if (noflush) return;
  if (world.kernel.movCr3Flush === 'invalidate-pcid') invalidatePcid(here, pcidOf(vcpu.guest.cr4, cr3));
  else if (same) syncAndFlushCurrent(here);
});
