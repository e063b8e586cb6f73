import { match } from 'ts-pattern';
import type { Space } from '../state/names.ts';
import type { GuestState } from '../state/vcpu.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { makeRequest } from './requests.ts';
import { resetContext } from './reset-context.ts';

/** The registers after RESET or INIT, once the guest pages again with the tables of a space. */
export function resetRegisters(space: Space): Omit<GuestState, 'ownVpid'> {
  return {
    cr0: { wp: true },
    cr3: { space, low: 0 },
    cr4: { pcide: false, pge: false, smep: false },
    guestMode: false,
  };
}

/** INIT: the registers change under the MMU. @source kernel: kvm_vcpu_reset */
export const vcpuReset = kvmFunction('vcpuReset', (here: Here): void => {
  const { vcpu, world } = here;
  Object.assign(vcpu.guest, resetRegisters(vcpu.guest.cr3.space));
  match(world.kernel.initReset)
    .with('reset-and-flush-guest', () => {
      resetContext(here);
      makeRequest(here, 'TLB_FLUSH_GUEST');
    })
    .with('reset', () => resetContext(here))
    .with('nothing', () => {})
    .exhaustive();
});
