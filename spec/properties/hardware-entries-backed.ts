import type { KvmMachine } from '../state/machine.ts';
import { vpidInUse } from '../state/vcpu.ts';
import type { World } from '../world/world.ts';
import type { Held, Property } from './property.ts';

/**
 * Whoever drops an SPTE flushes: the hardware holds no translation that no SPTE gives any more. What a hardware
 * entry came from is not kept, so an SPTE of any space will do.
 */
export const hardwareEntriesBacked: Property = {
  name: 'hardware-entries-backed',
  doc: 'for every entry of a hardware TLB some SPTE maps its page to its frame',
  rules: [
    {
      on: 'entry',
      each: 'vcpu',
      wrong: (world, machine, cpu, held) => {
        const { guest } = machine.vcpus[cpu] as KvmMachine['vcpus'][number];
        if (!held.by[vpidInUse(guest)].hardware || hasSpte(world, machine, held)) return null;
        return `cpu ${cpu}: no SPTE maps ${held.page} to ${held.frame} any more`;
      },
    },
  ],
};

function hasSpte({ layout }: World, machine: KvmMachine, { page, frame }: Held): boolean {
  const leaf = layout.paths[page]?.at(-1) as number;
  return Object.values(machine.shadow).some((sp) => sp.level === 1 && sp.entries[leaf] === frame);
}
