import { enterGuest } from '../kvm/enter-guest.ts';
import type { Machine, World } from '../state/machine.ts';
import type { Vcpu } from '../state/vcpu.ts';

/**
 * The second part of a step: the vCPU of the event enters the guest. So does every vCPU that was kicked: it
 * serves its requests and runs on. An entry may raise requests on other vCPUs, so this goes round until none
 * is pending. A recipe: it changes `machine`.
 */
export function enterAll(world: World, machine: Machine, cpu: number): void {
  const { vcpus } = machine;
  const waits = (vcpu: Vcpu) => vcpu.requests.length > 0 || vcpu.root === null;
  let next = vcpus[cpu];
  while (next !== undefined) {
    if (waits(next)) enterGuest({ world, machine, vcpu: next });
    next = vcpus.find(waits);
  }
}
