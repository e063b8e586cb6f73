import { contexts, type Translation, translationsOf } from '../../spec/properties/vtlb.ts';
import type { Machine } from '../../spec/state/machine.ts';
import { pcidOf } from '../../spec/state/registers.ts';
import { mayHold } from '../../spec/state/tlb.ts';
import { vpidInUse } from '../../spec/state/vcpu.ts';
import type { World } from '../../spec/world/world.ts';

/**
 * Every stale translation in the vTLB, once for each place that keeps it: a root and the hardware TLB may both, and
 * reports tell them apart. Those of a root come first.
 */
export function staleByHolder(world: World, machine: Machine): Translation[] {
  return machine.vcpus.flatMap((vcpu, cpu) => {
    const { hardware } = vcpu.tlbs[vpidInUse(vcpu.guest)];
    return contexts(vcpu).flatMap((context): Translation[] => {
      const stale = translationsOf(world, machine, cpu, context).filter(({ allowed }) => !allowed);
      const pcid = pcidOf(vcpu.guest.cr4, context.root.pgd);
      return [
        ...stale.filter(({ holder }) => holder !== 'hardware TLB'),
        ...stale
          .filter(({ page, frame }) => mayHold(hardware, pcid, page, frame))
          .map((translation) => ({ ...translation, holder: 'hardware TLB' as const })),
      ];
    });
  });
}
