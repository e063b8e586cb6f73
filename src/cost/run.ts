import { faults } from '../core/architecture/faults.ts';
import type { CoreEvent } from '../core/event.ts';
import type { Core } from '../core/machine.ts';
import { drop } from '../core/state/tagged-set.ts';
import { enterAll } from '../core/step/enter.ts';
import { exit } from '../core/step/exit.ts';
import { initial } from '../core/step/initial.ts';

/**
 * Puts a core into its initial state, with TLBs that hold nothing and take nothing in: what they hold decides
 * nothing that KVM does. Nor does it note what is exercised.
 */
export function startWithoutTlbs(core: Core): void {
  core.settled.fill(-1);
  initial(core);
  for (const { guestTlb, globals, hardwareTlb } of core.layout.vcpus) {
    for (const tlb of [guestTlb, globals, hardwareTlb]) drop(core, tlb.all);
  }
}

/** A step without what TLBs take in and without findings; whether the event was carried out. */
export function stepWithoutTlbs(core: Core, event: CoreEvent): boolean {
  const vcpu = core.layout.vcpus[event.cpu];
  if (vcpu === undefined || faults(core, vcpu, event)) return false;
  exit(core, vcpu, event, 0);
  enterAll(core, event.cpu);
  return true;
}
