import type { CoreEvent } from '../event.ts';
import { FOUND } from '../findings.ts';
import type { Core } from '../machine.ts';
import { changed, getBefore } from '../row/before.ts';
import { get } from '../row/field.ts';
import type { VcpuFields } from '../row/fields.ts';
import { LOAD_MMU_PGD } from '../state/requests.ts';
import { cr3Space } from '../state/vcpu.ts';
import { frameBit, guestWalk } from '../state/walk.ts';
import { anyCachedRoot, cameOutUnsettled } from './prev-roots-outside-vtlb.ts';
import { cachedRootsOutOfOrder, requestsPending } from './roots.ts';
import { hasStaleCachedRoot } from './vtlb.ts';

/** The findings of a step that has just been taken, as a mask. */
export function inspectStep(m: Core, v: VcpuFields, event: CoreEvent, wanted: number): number {
  let found = 0;
  const pcideBefore = getBefore(m, v.pcide);
  const sameVpid = getBefore(m, v.ownVpid) === get(m, v.ownVpid);
  if (sameVpid && pcideBefore === 0 && get(m, v.pcide) === 1) {
    if (anyCachedRoot(m, v)) found |= FOUND['prev-roots-outside-vtlb']!;
  }
  if (changed(m, v.roots)) {
    if (sameVpid && get(m, v.pcide) === 0 && cameOutUnsettled(m, v))
      found |= FOUND['prev-roots-outside-vtlb']!;
    if (event.kind !== 'mov-cr3-twice' && cachedRootsOutOfOrder(m, v))
      found |= FOUND['cached-roots-in-recency-order']!;
  }
  if (requestsPending(m)) found |= FOUND['requests-drained-at-entry']!;

  const loaded = (get(m, m.layout.step.raised) & LOAD_MMU_PGD) !== 0;
  if ((wanted & FOUND['stale-cached-root-while-pcide-clear']!) !== 0) {
    if (get(m, v.pcide) === 0 && hasStaleCachedRoot(m, v))
      found |= FOUND['stale-cached-root-while-pcide-clear']!;
  }
  if ((event.kind === 'mov-cr3' || event.kind === 'mov-cr3-twice') && loaded && pcideBefore === 0)
    found |= FOUND['cached-root-reused-while-pcide-clear']!;
  if (event.kind === 'mov-cr3' && event.noflush && loaded)
    found |= FOUND['cached-root-reused-while-pcide-set']!;
  if (event.kind === 'mov-cr3' || (event.kind === 'invpcid' && event.type === 'single')) {
    if (pcideBefore === 0 && anyCachedRoot(m, v))
      found |= FOUND['cached-root-kept-by-a-flush-while-pcide-clear']!;
  }
  return found & wanted;
}

/**
 * Whether the guest's TLB holds what the tables of the current space no longer give. Asked in a MOV CR4 that
 * sets PCIDE, after the architecture's invalidations: what it holds then lives on.
 */
export function staleEntryLivesOn(m: Core, v: VcpuFields): boolean {
  const space = m.layout.guestTops[cr3Space(m, v)]!;
  let changed = 0;
  for (const page of m.layout.pages) {
    const now = frameBit(guestWalk(m, space, page));
    changed |= get(m, v.globals.slots[0]![page.index]!) & ~now;
    for (const tag of v.guestTlb.slots) changed |= get(m, tag[page.index]!) & ~now;
  }
  return changed !== 0;
}
