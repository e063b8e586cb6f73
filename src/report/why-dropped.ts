import { REQUIRED_INVALIDATIONS } from '../../spec/architecture/invalidations.ts';
import type { Invalidation } from '../../spec/contracts/invalidation.ts';
import type { Event } from '../../spec/events/event.ts';
import type { Translation } from '../../spec/properties/vtlb.ts';
import { pcidOf } from '../../spec/state/registers.ts';
import { isNamed } from '../../spec/state/tlb-effects.ts';
import { type GuestState, type Vcpu, vpidInUse } from '../../spec/state/vcpu.ts';
import type { ReplayStep } from '../replay/replay.ts';

/**
 * Why the guest's TLB holds a translation before a step and not after it: what the step is required to invalidate, or
 * that the guest goes on under another tag; null if neither is so.
 */
export function whyDropped(
  { event, before, after }: ReplayStep,
  { cpu, cr3, page, frame }: Translation,
): string | null {
  const { guest, tlbs } = before.vcpus[cpu] as Vcpu;
  const now = (after.vcpus[cpu] as Vcpu).guest;
  const vpid = vpidInUse(guest);
  const pcid = pcidOf(guest.cr4, cr3);
  const held = tlbs[vpid].guest.filter(
    (entry) =>
      entry.page === page && entry.frame === frame && (entry.pcid === pcid || entry.pcid === 'global'),
  );
  const rows = event.cpu === cpu ? requiredBy(guest, event) : [];
  const [row] = rows.filter((each) => held.some((entry) => isNamed(each, entry)));
  if (row !== undefined) return `which invalidates ${formatNamed(row)}`;
  if (vpidInUse(now) !== vpid) return `after which another VPID is in use`;
  const tag = pcidOf(now.cr4, cr3);
  return tag === pcid ? null : `after which its PCID is ${tag}`;
}

function requiredBy(guest: GuestState, event: Event): readonly Invalidation[] {
  const rows = REQUIRED_INVALIDATIONS[event.kind] as (
    guest: GuestState,
    event: Event,
  ) => readonly Invalidation[];
  return rows(guest, event);
}

function formatNamed({ pcid, page, globals }: Invalidation): string {
  if (page !== 'every') return `${page} under PCID ${pcid}${globals ? ' and where it is global' : ''}`;
  if (pcid !== 'every') return `PCID ${pcid}${globals ? ' and what is global' : ''}`;
  return globals ? 'everything' : 'all that is not global';
}
