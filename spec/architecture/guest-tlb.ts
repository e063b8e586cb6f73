import { type Contract, isWholeFlush } from '../contracts/contract.ts';
import type { GuestMemory } from '../state/guest-memory.ts';
import type { Here } from '../state/machine.ts';
import { type Cr3, pcidOf, sameCr3 } from '../state/registers.ts';
import { drop, fill } from '../state/tlb.ts';
import type { Vcpu } from '../state/vcpu.ts';
import { walk } from '../state/walk.ts';
import { type Invalidation, invalidates } from './invalidations.ts';

/** Empties the guest's TLB as the SDM requires, and ends the refills that the contract ends. */
export function invalidateGuestTlb(vcpu: Vcpu, contract: Contract, required: readonly Invalidation[]): void {
  for (const invalidation of required) {
    vcpu.guestTlb = drop(vcpu.guestTlb, (entry) => invalidates(invalidation, entry));
    if (endsRefill(contract, invalidation)) {
      vcpu.loaded = vcpu.loaded.filter((cr3) => !covers(invalidation, vcpu, cr3));
    }
  }
}

function endsRefill(contract: Contract, { operation }: Invalidation): boolean {
  return isWholeFlush(operation) && contract.endedBy[operation];
}

function covers({ pcid }: Invalidation, vcpu: Vcpu, cr3: Cr3): boolean {
  return pcid === 'every' || pcid === pcidOf(vcpu.cr4, cr3);
}

/**
 * The guest's TLB takes in every translation that the contract lets it fill: a present entry may be cached at
 * any time, by a prefetch or a speculative access that never retires.
 *
 * @source SDM vol. 3A, 4.10.2.3
 */
export function fillGuestTlb({ world: { layout, contract }, machine: { memory }, vcpu }: Here): void {
  if (contract.refill === 'loaded' && !vcpu.loaded.some((cr3) => sameCr3(cr3, vcpu.cr3))) {
    vcpu.loaded = [...vcpu.loaded, vcpu.cr3].sort(byValue);
  }
  for (const cr3 of contract.refill === 'loaded' ? vcpu.loaded : [vcpu.cr3]) {
    for (const page of layout.virtualPages) {
      const path = layout.paths[page] as readonly number[];
      const frame = walk(memory, cr3.space, path);
      if (frame === null) continue;
      const global = vcpu.cr4.pge && isGlobal(memory, cr3.space, path);
      vcpu.guestTlb = fill(vcpu.guestTlb, global ? 'global' : pcidOf(vcpu.cr4, cr3), page, frame);
    }
  }
}

function isGlobal(memory: GuestMemory, top: string, path: readonly number[]): boolean {
  const table = walk(memory, top, path.slice(0, -1));
  return table !== null && memory[table]?.global === true;
}

function byValue(one: Cr3, other: Cr3): number {
  if (one.space !== other.space) return one.space < other.space ? -1 : 1;
  return one.low - other.low;
}
