import { isUnsyncRoot } from '../kvm/sync.ts';
import type { Machine, World } from '../state/machine.ts';
import { formatCr3, sameCr3 } from '../state/registers.ts';
import { hardwareTag, type Vcpu } from '../state/vcpu.ts';
import { walk } from '../state/walk.ts';
import type { Step, StepProperty } from './property.ts';

/**
 * While PCIDE=0 prev_roots is a cache that nobody trusts: a root that comes out of it is synced, and the
 * hardware TLB flushed, before the guest runs. And PCIDE 0->1, which would make it part of the vTLB, leaves
 * nothing in it. A nested VM entry or exit under a VPID of L2 is left out: it may find a root in prev_roots and
 * takes it as it is.
 */
export const prevRootsOutsideVtlb: StepProperty = {
  name: 'prev-roots-outside-vtlb',
  on: 'step',
  doc: 'with PCIDE=0 a root out of prev_roots is synced and the hardware TLB flushed; none survives PCIDE 0->1',
  violation: (world, step) => {
    const before = step.before.vcpus[step.event.cpu] as Vcpu;
    const after = step.after.vcpus[step.event.cpu] as Vcpu;
    if (after.ownVpid !== before.ownVpid) return null;
    if (after.cr4.pcide) return before.cr4.pcide ? null : survivor(after);
    return cameFromPrevRoots(before, after) ? unsettled(world, step, after) : null;
  },
};

function survivor(after: Vcpu): string | null {
  const root = after.prevRoots.find((cached) => cached !== null);
  return root ? `cached root ${formatCr3(root.pgd)} survives CR4.PCIDE 0->1` : null;
}

function cameFromPrevRoots(before: Vcpu, after: Vcpu): boolean {
  const { root } = after;
  if (root === null || root === before.root) return false;
  return before.prevRoots.some((cached) => cached !== null && sameCr3(cached.pgd, root.pgd));
}

function unsettled(world: World, { after: machine }: Step, vcpu: Vcpu): string | null {
  if (vcpu.root === null) return null;
  const name = formatCr3(vcpu.root.pgd);
  const sp = machine.shadow[vcpu.root.page];
  if (sp !== undefined && isUnsyncRoot(sp)) return `root ${name} came out of prev_roots and was not synced`;
  return flushed(world, machine, vcpu)
    ? null
    : `root ${name} came out of prev_roots and the hardware TLB was not flushed`;
}

/** Whether the hardware TLB holds nothing but what the current root has given since. */
function flushed({ layout }: World, { shadow }: Machine, vcpu: Vcpu): boolean {
  return vcpu.hardwareTlb.every(
    ({ pcid, page, frame }) =>
      pcid === hardwareTag(vcpu) &&
      vcpu.hardwareCr3 !== null &&
      walk(shadow, vcpu.hardwareCr3.page, layout.paths[page] as readonly number[]) === frame,
  );
}
