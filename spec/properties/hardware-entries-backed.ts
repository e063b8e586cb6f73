import type { Machine, World } from '../state/machine.ts';
import type { TlbEntry } from '../state/tlb.ts';
import type { StateProperty } from './property.ts';

/**
 * Whoever drops an SPTE flushes: the hardware holds no translation that no SPTE gives any more. What a hardware
 * entry came from is not kept, so an SPTE of any space will do.
 */
export const hardwareEntriesBacked: StateProperty = {
  name: 'hardware-entries-backed',
  on: 'state',
  doc: 'for every entry of a hardware TLB some SPTE maps its page to its frame',
  violation: (world, machine) => {
    for (const [cpu, vcpu] of machine.vcpus.entries()) {
      const orphan = vcpu.hardwareTlb.find((entry) => !hasSpte(world, machine, entry));
      if (orphan !== undefined) return `cpu ${cpu}: no SPTE maps ${orphan.page} to ${orphan.frame} any more`;
    }
    return null;
  },
};

function hasSpte({ layout }: World, machine: Machine, { page, frame }: TlbEntry): boolean {
  const leaf = layout.paths[page]?.at(-1) as number;
  return Object.values(machine.shadow).some((sp) => sp.level === 1 && sp.entries[leaf] === frame);
}
