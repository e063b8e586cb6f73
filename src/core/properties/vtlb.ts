import { mayHold } from '../architecture/guest-tlb.ts';
import type { Core } from '../machine.ts';
import { get } from '../row/field.ts';
import type { ShadowPageFields, VcpuFields } from '../row/fields.ts';
import { AROSE, note } from '../row/notes.ts';
import { INVALID, isObsolete, lowOf, roleOf, topOf } from '../state/root.ts';
import { held } from '../state/tagged-set.ts';
import { L2, pcidOf } from '../state/vcpu.ts';
import { frameBit, guestWalk, shadowWalk } from '../state/walk.ts';

/**
 * Safety: whether the vTLB of some vCPU holds what its guest's TLB could not hold and its tables do not give.
 */
export function vtlbStale(m: Core): boolean {
  let stale = false;
  for (const v of m.layout.vcpus) {
    if (contextStale(m, v, get(m, v.root), true)) stale = true;
    if (get(m, v.pcide) === 1) {
      for (const slot of v.prevRoots) if (contextStale(m, v, get(m, slot), true)) stale = true;
    }
  }
  return stale;
}

/** Whether a root is one of L2 while L1 runs, or the reverse, and each has a VPID. */
function mayGoToOtherVpid(m: Core, v: VcpuFields, root: number): boolean {
  return v.ownVpid.bits > 0 && (roleOf(m, root) === L2) !== (get(m, v.guestMode) === 1);
}

/** Whether the walk of some cached root gives what the guest's TLB could not hold and its tables do not. */
export function hasStaleCachedRoot(m: Core, v: VcpuFields): boolean {
  let stale = false;
  for (const slot of v.prevRoots) if (contextStale(m, v, get(m, slot), false)) stale = true;
  return stale;
}

/**
 * Whether a context would use a stale translation: what a walk of its root finds, and, with `hardware`, what
 * the hardware TLB holds under its PCID.
 */
function contextStale(m: Core, v: VcpuFields, root: number, hardware: boolean): boolean {
  if (root === INVALID) return false;
  const top = m.layout.tops[topOf(m, root)]!;
  const pcid = pcidOf(m, v, lowOf(m, root));
  const other = mayGoToOtherVpid(m, v, root);
  return staleBehind(m, v, top, isObsolete(m, root), pcid, hardware, other) !== 0;
}

/** An obsolete root has no entries left; what the hardware holds under its PCID counts all the same. */
function staleBehind(
  m: Core,
  v: VcpuFields,
  top: ShadowPageFields,
  obsolete: boolean,
  pcid: number,
  hardware: boolean,
  other: boolean,
): number {
  let stale = 0;
  for (const page of m.layout.pages) {
    const space = top.top & ((1 << m.layout.spaceBits) - 1);
    const walked = obsolete ? 0 : frameBit(shadowWalk(m, top, page));
    const used = hardware ? walked | held(m, v.hardwareTlb, pcid, page.index) : walked;
    const changed = used & ~frameBit(guestWalk(m, m.layout.guestTops[space]!, page));
    if (changed !== 0) note(m, AROSE['vtlb-within-guest-tlb']);
    const elsewhere = other ? mayHold(m, v.otherVpid, pcid, page.index) : 0;
    stale |= changed & ~mayHold(m, v, pcid, page.index) & ~elsewhere;
  }
  return stale;
}
