import { heldBy } from '../../../spec/properties/judge.ts';
import { contexts, holderOf } from '../../../spec/properties/vtlb.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import type { Frame, VirtualPage } from '../../../spec/state/names.ts';
import type { Cr3 } from '../../../spec/state/registers.ts';
import { vpidInUse } from '../../../spec/state/vcpu.ts';
import { walk } from '../../../spec/state/walk.ts';
import type { World } from '../../../spec/world/world.ts';

/** A translation that KVM may use in a state. */
export interface Used {
  readonly cpu: number;
  /** The context that it is used under. */
  readonly pgd: Cr3;
  readonly page: VirtualPage;
  readonly frame: Frame;
  /**
   * Whether it is *armed*: the guest's tables give it now, and the guest's own TLB does not hold it. It is right
   * only as long as the tables stay as they are: a store that KVM does not follow makes it stale. So a state that
   * breaks safety under a contract is either reached from one with something armed, or KVM missed a flush.
   */
  readonly armed: boolean;
}

/** The translations that KVM would use under some context. */
export function usedIn(world: World, machine: Machine): Used[] {
  const { paths } = world.layout;
  return machine.vcpus.flatMap((vcpu, cpu) => {
    const inUse = vpidInUse(vcpu.guest);
    const held = heldBy(world.layout, machine, cpu);
    return contexts(vcpu).flatMap((context) => {
      const { pgd } = context.root;
      return held
        .filter((each) => holderOf(world, machine, context, each) !== null)
        .map(({ page, frame, by }) => {
          const fresh = walk(machine.memory, pgd.space, paths[page] as readonly number[]) === frame;
          const { guest, global } = by[inUse];
          return { cpu, pgd, page, frame, armed: fresh && !guest && !global };
        });
    });
  });
}
