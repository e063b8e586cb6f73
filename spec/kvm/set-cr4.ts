import { match } from 'ts-pattern';
import type { Cr4 } from '../state/registers.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { type GuestFlush, requestFlush } from './requests.ts';
import { changeRole, resetContext } from './reset-context.ts';
import { freePrevRoots, unload } from './roots.ts';

/** Everything that a decision may make a CR4 write do. */
type Effect =
  | 'nothing'
  | 'change-role'
  | 'reset'
  | 'unload'
  | 'free-prev-roots'
  | 'free-low-bits-0'
  | GuestFlush;

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
  const { kernel } = here.world;
  const effects: Effect[] = [
    cr4.smep !== old.smep ? 'change-role' : 'nothing',
    cr4.pcide && !old.pcide ? kernel.pcideSet : 'nothing',
    !cr4.pcide && old.pcide ? kernel.pcideClear : 'nothing',
    cr4.pge !== old.pge ? kernel.pgeToggle : 'nothing',
  ];
  const due: Effect[] = effects.filter((effect) => effect !== 'nothing');
  const setsSmep = cr4.smep && !old.smep;
  if ((due.length > 1 || setsSmep) && kernel.cr4Effects === 'exclusive') due.length = Math.min(due.length, 1);
  else if (setsSmep && !due.includes('flush-guest')) due.push(kernel.smepSet);
  for (const effect of due) apply(here, effect, old);
});

function apply(here: Here, effect: Effect, old: Cr4): void {
  match(effect)
    .with('nothing', () => {})
    .with('change-role', () => changeRole(here, here.vcpu.guest.cr4.smep && !old.smep))
    .with('reset', () => resetContext(here))
    .with('unload', () => unload(here))
    .with('free-prev-roots', () => freePrevRoots(here, () => true))
    .with('free-low-bits-0', () => freePrevRoots(here, ({ pgd }) => pgd.low === 0))
    .otherwise((flush) => requestFlush(here, flush));
}
