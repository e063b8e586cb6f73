import type { KvmVcpu } from '../state/vcpu.ts';
import type { Property } from './property.ts';
import { contextAt, describeStale, staleHolder } from './vtlb.ts';

/** The name of the safety property; the others are the discipline that KVM keeps in order to have it. */
export const SAFETY = 'vtlb-within-guest-tlb';

/** Safety: what the guest can use is contained in what its own TLB could hold and what its tables say now. */
export const vtlbWithinGuestTlb: Property = {
  name: SAFETY,
  doc: 'the vTLB holds nothing but what the guest TLB could hold or a fresh walk of the guest tables finds',
  rules: [
    {
      on: 'entry',
      each: 'root slot',
      wrong: (world, machine, { cpu, slot }, held) => {
        const context = contextAt(machine.vcpus[cpu] as KvmVcpu, slot);
        if (context === null) return null;
        const holder = staleHolder(world, machine, context, held);
        return holder && describeStale({ ...held, holder, cr3: context.cr3 });
      },
    },
  ],
};
