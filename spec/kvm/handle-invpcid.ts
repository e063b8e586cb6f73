import { match, P } from 'ts-pattern';
import type { Invpcid } from '../events/event.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { invpcidGva } from './invalidate-addr.ts';
import { invalidatePcid, whatIfSyncBeforeSwitch } from './invalidate-pcid.ts';
import { requestFlush } from './requests.ts';

/**
 * INVPCID, after its checks. Types all and all-nonglobal do the same: KVM marks no SPTE global.
 *
 * @source kernel: kvm_handle_invpcid
 */
export const handleInvpcid = kvmFunction('handleInvpcid', (here: Here, event: Invpcid): void => {
  match(event)
    .with({ type: 'address' }, ({ page, pcid }) => invpcidGva(here, page, pcid))
    .with({ type: 'single' }, ({ pcid }) => {
      whatIfSyncBeforeSwitch(here);
      invalidatePcid(here, pcid);
    })
    .with({ type: P.union('all', 'all-nonglobal') }, () => requestFlush(here, here.world.kernel.invpcidAll))
    .exhaustive();
});
