import { type Contract, isWholeFlush } from '../contracts/contract.ts';
import type { Invalidation } from '../contracts/invalidation.ts';
import type { GuestMemory } from '../state/guest-memory.ts';
import { type Cr3, pcidOf } from '../state/registers.ts';
import { type TlbEntry, VPIDS, type Vpid } from '../state/tlb.ts';
import type { TlbEffect } from '../state/tlb-effects.ts';
import { type GuestState, vpidInUse } from '../state/vcpu.ts';
import { walk } from '../state/walk.ts';
import type { Processor, Seen } from '../world/world.ts';

/**
 * Empties the guest's TLB under a VPID as the SDM requires, and ends the refills that the contract ends, by the
 * registers before the event; whether it ended any.
 */
export function invalidateGuestTlb(
  guest: GuestState,
  vpid: Vpid,
  contract: Contract,
  required: readonly Invalidation[],
  affect: (effect: TlbEffect) => void,
): boolean {
  for (const invalidation of required) affect({ on: 'guest', vpid, drops: invalidation });
  const ending = required.filter((invalidation) => endsRefill(contract, invalidation));
  if (ending.length === 0) return false;
  affect({ on: 'refills', vpid, ends: (cr3) => ending.some((each) => covers(each, guest, cr3)) });
  return true;
}

function endsRefill({ refill, endedBy }: Contract, { operation }: Invalidation): boolean {
  return refill === 'loaded' && isWholeFlush(operation) && endedBy[operation];
}

function covers({ pcid }: Invalidation, guest: GuestState, cr3: Cr3): boolean {
  return pcid === 'every' || pcid === pcidOf(guest.cr4, cr3);
}

/**
 * The active CR3 is one through which the guest's TLB may fill later too, if the contract knows such. While PCIDE=0 it
 * is the only one, under whatever VPID: no load of CR3 keeps anything then, and a nested transition is no exception.
 */
export function allowRefill(
  guest: GuestState,
  { refill }: Contract,
  affect: (effect: TlbEffect) => void,
): void {
  if (refill !== 'loaded') return;
  if (!guest.cr4.pcide) for (const vpid of VPIDS) affect({ on: 'refills', vpid, ends: () => true });
  affect({ on: 'refills', vpid: vpidInUse(guest), begins: guest.cr3 });
}

/**
 * The CR3 values through which the contract lets the guest's TLB fill under a VPID now. Where it may fill through CR3
 * values that were loaded before, it may so under either VPID.
 */
export function refillsThrough({ world, vcpu }: Processor, vpid: Vpid): readonly Cr3[] {
  const { guest, tlbs } = vcpu;
  if (world.contract.refill === 'loaded') return tlbs[vpid].loaded;
  return vpid === vpidInUse(guest) ? [guest.cr3] : [];
}

/**
 * The translations that a CR3 value gives now: a present entry may be cached at any time, by a prefetch or a
 * speculative access that never retires.
 *
 * @source SDM vol. 3A, 4.10.2.3
 */
export function fillsThrough({ world, machine, vcpu }: Seen, cr3: Cr3): TlbEntry[] {
  const { cr4 } = vcpu.guest;
  return world.layout.virtualPages.flatMap((page) => {
    const path = world.layout.paths[page] as readonly number[];
    const frame = walk(machine.memory, cr3.space, path);
    if (frame === null) return [];
    const global = cr4.pge && isGlobal(machine.memory, cr3.space, path);
    return [{ pcid: global ? 'global' : pcidOf(cr4, cr3), page, frame } as const];
  });
}

/** The translations that the contract lets the guest's TLB take in under a VPID now. */
export function guestFills(processor: Processor, vpid: Vpid): TlbEntry[] {
  return refillsThrough(processor, vpid).flatMap((cr3) => fillsThrough(processor, cr3));
}

function isGlobal(memory: GuestMemory, top: string, path: readonly number[]): boolean {
  const table = walk(memory, top, path.slice(0, -1));
  return table !== null && memory[table]?.global === true;
}
