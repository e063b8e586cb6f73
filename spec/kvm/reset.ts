import { match } from 'ts-pattern';
import type { Here } from '../state/machine.ts';
import type { Space } from '../state/names.ts';
import type { Vcpu } from '../state/vcpu.ts';
import { makeRequest } from './requests.ts';
import { resetContext } from './reset-context.ts';

/** The registers after RESET or INIT, once the guest pages again with the tables of a space. */
export function resetRegisters(space: Space): Pick<Vcpu, 'cr0' | 'cr3' | 'cr4' | 'guestMode'> {
  return {
    cr0: { wp: true },
    cr3: { space, low: 0 },
    cr4: { pcide: false, pge: false, smep: false },
    guestMode: false,
  };
}

/** INIT: the registers change under the MMU. @source kernel: kvm_vcpu_reset */
export function vcpuReset(here: Here): void {
  const { vcpu, world } = here;
  Object.assign(vcpu, resetRegisters(vcpu.cr3.space));
  match(world.kernel.initReset)
    .with('reset-and-flush-guest', () => {
      resetContext(here);
      makeRequest(vcpu, 'TLB_FLUSH_GUEST');
    })
    .with('reset', () => resetContext(here))
    .with('nothing', () => {})
    .exhaustive();
}
