import type { VirtualPage } from '../state/names.ts';
import type { TlbEntry } from '../state/tlb.ts';
import { hardwareTag } from '../state/vcpu.ts';
import { type Entry, walk } from '../state/walk.ts';
import type { Seen } from '../world/world.ts';

/** What the processor finds for a page in the shadow tables that its CR3 points to. */
export function hardwareWalk({ world, machine, vcpu }: Seen, page: VirtualPage): Entry {
  const { hardwareCr3 } = vcpu.mmu;
  if (hardwareCr3 === null) return null;
  return walk(machine.shadow, hardwareCr3.page, world.layout.paths[page] as readonly number[]);
}

/**
 * The translations that the hardware TLB may take in now, under the VPID in use: every one that a walk finds, at
 * any time.
 */
export function hardwareFills(here: Seen): TlbEntry[] {
  const { vcpu, world } = here;
  return world.layout.virtualPages.flatMap((page) => {
    const frame = hardwareWalk(here, page);
    return frame === null ? [] : [{ pcid: hardwareTag(vcpu), page, frame }];
  });
}
