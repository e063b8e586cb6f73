import { enterGuest, serviceRequest } from '../kvm/enter-guest.ts';
import { makeRequest } from '../kvm/requests.ts';
import { resetContext } from '../kvm/reset-context.ts';
import { atHand } from '../schema/at-hand.ts';
import { copyMachine } from '../schema/copy.ts';
import type { Machine } from '../state/machine.ts';
import { formatCr3 } from '../state/registers.ts';
import type { Vcpu } from '../state/vcpu.ts';
import { flusher, onTlbs } from '../step/tlb-port.ts';
import type { Here, World } from '../world/world.ts';
import { cachedRoots, contexts, translationsOf } from './vtlb.ts';

/** From the one that leaves least to the one that leaves most. */
const FLUSHES: readonly (readonly [name: string, flush: (here: Here) => void])[] = [
  ['kvm_mmu_reset_context', resetContext],
  ['MMU_RELOAD', (here) => request(here, 'MMU_RELOAD')],
  ['TLB_FLUSH_GUEST', (here) => request(here, 'TLB_FLUSH_GUEST')],
];

function request(here: Here, name: 'MMU_RELOAD' | 'TLB_FLUSH_GUEST'): void {
  makeRequest(here, name);
  serviceRequest(here, name);
}

/**
 * MMU reset covers reload, and reload covers the guest flush: what the stronger one leaves usable or cached,
 * the weaker one leaves too. Carried out on a copy of each state, up to the next entry.
 */
export const flushesOrdered = {
  name: 'flushes-ordered',
  doc: 'kvm_mmu_reset_context leaves no more than MMU_RELOAD, and that no more than TLB_FLUSH_GUEST',
  violation: (world: World, machine: Machine): string | null => {
    for (const cpu of machine.vcpus.keys()) {
      const left = FLUSHES.map(([, flush]) => leftBy(world, machine, cpu, flush));
      for (let i = 1; i < FLUSHES.length; i++) {
        const extra = [...(left[i - 1] as Set<string>)].find((item) => !left[i]?.has(item));
        if (extra !== undefined)
          return `cpu ${cpu}: ${FLUSHES[i - 1]?.[0]} leaves ${extra}, and ${FLUSHES[i]?.[0]} does not`;
      }
    }
    return null;
  },
};

/** The vTLB and the cached roots after a flush and the entry behind it. */
function leftBy(world: World, machine: Machine, cpu: number, flush: (here: Here) => void): Set<string> {
  const copy = copyMachine(machine);
  const vcpu = copy.vcpus[cpu] as Vcpu;
  const processor = { world, machine: copy, vcpu };
  const here = { ...processor, vcpu: atHand(vcpu), flush: flusher(processor, onTlbs) };
  flush(here);
  enterGuest(here);
  return new Set([
    ...contexts(vcpu)
      .flatMap((context) => translationsOf(world, copy, cpu, context))
      .map(({ holder, cr3, page, frame }) => `${holder} ${formatCr3(cr3)} ${page} ${frame}`),
    ...cachedRoots(vcpu).map(({ root }) => `cached root ${formatCr3(root.pgd)}`),
  ]);
}
