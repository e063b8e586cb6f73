import { match } from 'ts-pattern';
import type { Kernel } from '../kernels/decisions.ts';
import type { Cr4 } from '../state/registers.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { requestFlush } from './requests.ts';
import { changeRole, resetContext } from './reset-context.ts';
import { freePrevRoots, unload } from './roots.ts';

/** MOV to CR4, after its checks. @source kernel: kvm_set_cr4 */
export const setCr4 = kvmFunction('setCr4', (here: Here, cr4: Cr4): void => {
  const old = here.vcpu.guest.cr4;
  here.vcpu.guest.cr4 = cr4;
  postSetCr4(here, old, cr4);
});

/**
 * What a change of CR4 does to the MMU. SMEP is in the mask of role bits, so that a change of it resets the
 * MMU even while CR0.WP=1 keeps it out of the role (up to v7.1). PCIDE and PGE are in no role.
 *
 * @source kernel: kvm_post_set_cr4, KVM_MMU_CR4_ROLE_BITS
 */
export const postSetCr4 = kvmFunction('postSetCr4', (here: Here, old: Cr4, cr4: Cr4): void => {
  if (here.world.kernel.cr4Effects === 'exclusive') firstEffect(here, old, cr4);
  else everyEffect(here, old, cr4);
});

/** Up to v5.17, where one effect is taken to cover those after it. */
function firstEffect(here: Here, old: Cr4, cr4: Cr4): void {
  const { kernel } = here.world;
  const pcide = cr4.pcide === old.pcide ? 'nothing' : cr4.pcide ? kernel.pcideSet : kernel.pcideClear;
  if (cr4.smep !== old.smep) changeRole(here, cr4.smep);
  else if (pcide !== 'nothing') affectRoots(here, pcide);
  else if (cr4.pge !== old.pge) affectRoots(here, kernel.pgeToggle);
}

/** From v5.18 on. A flush for the guest covers that of the current root for SMEP 0->1. */
function everyEffect(here: Here, old: Cr4, cr4: Cr4): void {
  const { kernel } = here.world;
  const pcide = cr4.pcide === old.pcide ? 'nothing' : cr4.pcide ? kernel.pcideSet : kernel.pcideClear;
  const pge = cr4.pge === old.pge ? 'nothing' : kernel.pgeToggle;
  if (cr4.smep !== old.smep) changeRole(here, cr4.smep);
  affectRoots(here, pcide);
  affectRoots(here, pge);
  const flushesGuest = pcide === 'flush-guest' || pge === 'flush-guest';
  if (cr4.smep && !old.smep && !flushesGuest) affectRoots(here, kernel.smepSet);
}

/** What a decision may have a bit of CR4 do. */
type Effect = Kernel['pcideSet' | 'pcideClear' | 'pgeToggle' | 'smepSet'];

function affectRoots(here: Here, effect: Effect): void {
  match(effect)
    .with('nothing', () => {})
    .with('reset', () => resetContext(here))
    .with('unload', () => unload(here))
    .with('free-prev-roots', () => freePrevRoots(here, () => true))
    .with('free-low-bits-0', () => freePrevRoots(here, ({ pgd }) => pgd.low === 0))
    .otherwise((flush) => requestFlush(here, flush));
}
