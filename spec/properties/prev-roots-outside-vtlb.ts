import { hardwareWalk } from '../architecture/hardware-tlb.ts';
import { formatCr3, sameCr3 } from '../state/registers.ts';
import { hasUnsync } from '../state/shadow.ts';
import { hardwareTag, type KvmVcpu, type Root, sameSlot, vpidInUse } from '../state/vcpu.ts';
import type { World } from '../world/world.ts';
import type { Held, Property, SeenStep } from './property.ts';
import { cachedRoots, nameRoot } from './vtlb.ts';

/**
 * While PCIDE=0 prev_roots is a cache that nobody trusts: a root that comes out of it is synced, and the
 * hardware TLB flushed, before the guest runs. And PCIDE 0->1, which would make it part of the vTLB, leaves
 * nothing in it. A nested VM entry or exit under a VPID of L2 is left out: it may find a root in prev_roots and
 * takes it as it is.
 */
export const prevRootsOutsideVtlb: Property = {
  name: 'prev-roots-outside-vtlb',
  doc: 'with PCIDE=0 a root out of prev_roots is synced and the hardware TLB flushed; none survives PCIDE 0->1',
  rules: [
    { on: 'step', wrong: (_, step) => survivor(step) },
    {
      on: 'step',
      wrong: (_, step) => {
        const root = cameFromPrevRoots(step);
        const sp = root && step.after.shadow[root.page];
        return root && sp && hasUnsync(sp)
          ? `root ${formatCr3(root.pgd)} came out of prev_roots and was not synced`
          : null;
      },
    },
    {
      on: 'step entry',
      wrong: (world, step, left) => {
        if (!isHeldInHardware(step, left)) return null;
        const root = cameFromPrevRoots(step);
        return root && outlivesFlush(world, step, left)
          ? `root ${formatCr3(root.pgd)} came out of prev_roots and the hardware TLB was not flushed`
          : null;
      },
    },
  ],
};

function ends({ before, event, after }: SeenStep): [before: KvmVcpu, after: KvmVcpu] {
  return [before.vcpus[event.cpu] as KvmVcpu, after.vcpus[event.cpu] as KvmVcpu];
}

function survivor(step: SeenStep): string | null {
  const [before, after] = ends(step);
  if (after === before) return null;
  if (after.guest.ownVpid !== before.guest.ownVpid) return null;
  if (!after.guest.cr4.pcide || before.guest.cr4.pcide) return null;
  const [cached] = cachedRoots(after);
  return cached ? `${nameRoot(cached)} survives CR4.PCIDE 0->1` : null;
}

/** The root that came out of prev_roots while PCIDE=0, if one did. */
export function cameFromPrevRoots(step: SeenStep): Root | null {
  const [before, after] = ends(step);
  if (after === before) return null;
  const { root } = after.mmu;
  if (root === null || sameSlot(root, before.mmu.root)) return null;
  if (after.guest.cr4.pcide || after.guest.ownVpid !== before.guest.ownVpid) return null;
  return before.mmu.prevRoots.some((cached) => cached !== null && sameCr3(cached.pgd, root.pgd))
    ? root
    : null;
}

function isHeldInHardware({ event, after }: SeenStep, left: Held): boolean {
  return left.by[vpidInUse((after.vcpus[event.cpu] as KvmVcpu).guest)].hardware;
}

/** Whether an entry of the hardware TLB is none that the current root has given since. */
function outlivesFlush(world: World, { event, after }: SeenStep, left: Held): boolean {
  const vcpu = after.vcpus[event.cpu] as KvmVcpu;
  if (left.pcid !== hardwareTag(vcpu)) return true;
  return hardwareWalk({ world, machine: after, vcpu }, left.page) !== left.frame;
}
