import type { Core } from '../machine.ts';
import { get } from '../row/field.ts';
import type { VcpuFields, VpidSets } from '../row/fields.ts';
import { drop, fill, held } from '../state/tagged-set.ts';
import { cr3Low, cr3Space, pcidOf } from '../state/vcpu.ts';
import { frameBit, guestWalk } from '../state/walk.ts';

/**
 * The guest's TLB takes in every translation that the contract lets it fill.
 *
 * @source SDM vol. 3A, 4.10.2.3
 */
export function fillGuestTlb(m: Core, v: VcpuFields): void {
  if (m.contract.refill === 'loaded') fill(m, v.loaded, cr3Low(m, v), 0, 1 << cr3Space(m, v));
  fillUnderVpid(m, v, v);
  if (v.ownVpid.bits > 0 && m.contract.refill === 'loaded') fillUnderVpid(m, v, v.otherVpid);
}

function fillUnderVpid(m: Core, v: VcpuFields, sets: VpidSets): void {
  for (let space = 0; space < m.layout.spaces; space++) {
    for (const page of m.layout.pages) {
      const frames = frameBit(guestWalk(m, m.layout.guestTops[space]!, page));
      const global = page.global && get(m, v.pge) === 1;
      for (let low = 0; low < m.layout.pcids; low++) {
        const filled = frames & -mayFill(m, v, sets, space, low);
        if (global) fill(m, sets.globals, 0, page.index, filled);
        else fill(m, sets.guestTlb, pcidOf(m, v, low), page.index, filled);
      }
    }
  }
}

/** 1 if the guest's TLB may fill through this CR3 value, else 0. */
function mayFill(m: Core, v: VcpuFields, sets: VpidSets, space: number, low: number): number {
  if (m.contract.refill === 'loaded') return (held(m, sets.loaded, low, 0) >>> space) & 1;
  return get(m, v.cr3) === ((low << m.layout.spaceBits) | space) ? 1 : 0;
}

/** What the guest's TLB may hold for a page under a PCID. */
export function mayHold(m: Core, sets: VpidSets, pcid: number, page: number): number {
  return held(m, sets.guestTlb, pcid, page) | get(m, sets.globals.slots[0]![page]!);
}

/** Drops the entries of every PCID and page; `globals`: the global ones too. */
export function dropAll(m: Core, v: VcpuFields, globals: boolean): void {
  drop(m, v.guestTlb.all);
  if (globals) drop(m, v.globals.all);
}
