import { enterGuest } from '../kvm/enter-guest.ts';
import { atHand } from '../schema/at-hand.ts';
import type { Machine } from '../state/machine.ts';
import type { KvmVcpu, Vcpu } from '../state/vcpu.ts';
import type { World } from '../world/world.ts';
import { flusher, onTlbs, type TlbPort } from './tlb-port.ts';

/**
 * The second part of a step: the vCPU of the event enters the guest. So does every vCPU that was kicked: it
 * serves its requests and runs on. An entry may raise requests on other vCPUs, so this goes round until none
 * is pending. A recipe: it changes `machine`.
 */
export function enterAll(world: World, machine: Machine, cpu: number): void {
  const { vcpus } = machine;
  let next = vcpus[cpu];
  while (next !== undefined) {
    if (waits(next)) enter(world, machine, next);
    next = vcpus.find(waits);
  }
}

/** Whether a vCPU has something to do before its guest can run. */
export function waits({ mmu }: KvmVcpu): boolean {
  return mmu.requests.length > 0 || mmu.root === null;
}

/** One vCPU enters the guest. */
export function enter(world: World, machine: Machine, vcpu: Vcpu, port: TlbPort = onTlbs): void {
  const here = { world, machine, vcpu: atHand(vcpu), flush: flusher(vcpu, port) };
  (world.kernel.enterGuest ?? enterGuest)(here);
}
