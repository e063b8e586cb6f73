import { type Contract, isWholeFlush } from '../contracts/contract.ts';
import type { GuestMemory } from '../state/guest-memory.ts';
import type { Here } from '../state/machine.ts';
import { type Cr3, pcidOf, sameCr3 } from '../state/registers.ts';
import { drop, fill, type Tlb } from '../state/tlb.ts';
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
 * any time, by a prefetch or a speculative access that never retires. Where it may fill through CR3 values that
 * were loaded before, it may so under either VPID.
 *
 * @source SDM vol. 3A, 4.10.2.3
 */
export function fillGuestTlb({ world: { layout, contract }, machine: { memory }, vcpu }: Here): void {
  if (contract.refill === 'loaded' && !vcpu.loaded.some((cr3) => sameCr3(cr3, vcpu.cr3))) {
    vcpu.loaded = [...vcpu.loaded, vcpu.cr3].sort(byValue);
  }
  vcpu.guestTlb = filled(vcpu.guestTlb, contract.refill === 'loaded' ? vcpu.loaded : [vcpu.cr3]);
  const other = vcpu.otherVpid;
  if (other.loaded.length > 0) {
    const guestTlb = filled(other.guestTlb, other.loaded);
    if (guestTlb !== other.guestTlb) vcpu.otherVpid = { ...other, guestTlb };
  }

  function filled(tlb: Tlb, through: readonly Cr3[]): Tlb {
    let full = tlb;
    for (const cr3 of through) {
      for (const page of layout.virtualPages) {
        const path = layout.paths[page] as readonly number[];
        const frame = walk(memory, cr3.space, path);
        if (frame === null) continue;
        const global = vcpu.cr4.pge && isGlobal(memory, cr3.space, path);
        full = fill(full, global ? 'global' : pcidOf(vcpu.cr4, cr3), page, frame);
      }
    }
    return full;
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
