import type { Contract } from '../../../spec/contracts/contract.ts';
import { UNDER_VPID } from '../../../spec/schema/schema.ts';
import { VPIDS, type Vpid } from '../../../spec/state/tlb.ts';
import type { Changes } from './changes.ts';
import type { PageFields, VpidFields } from './fields.ts';
import type { RowOptions } from './layout.ts';
import type { Placing } from './places.ts';
import { emptySet, taggedSet } from './tagged-set.ts';

/** The fields of what is cached for a vCPU, under each VPID: as much of it as rows are to hold. */
export function vpidFields(
  { allocator, layout, prefix }: Placing,
  contract: Contract,
  pages: readonly PageFields[],
  may: Changes,
  { tlbs, loadedApart }: Pick<RowOptions, 'tlbs' | 'loadedApart'>,
): Readonly<Record<Vpid, VpidFields>> {
  const { bounds, virtualPages } = layout;
  const frames = Math.max(...pages.map((page) => page.frames.length));
  const under = (vpid: Vpid): VpidFields => {
    const isUsed = vpid === 'vpid01' || may.ownVpid;
    const named = (what: string) => [prefix, vpid === 'vpid01' ? '' : vpid, what].filter(Boolean).join(' ');
    const translations = (
      tlb: 'hardware' | 'guest' | 'away',
      tags: readonly (number | 'global')[],
      isKept: boolean,
    ) =>
      isKept && isUsed
        ? taggedSet(allocator, tags.length, pages.length, frames, (tag, page) =>
            named(`${UNDER_VPID[tlb].called} ${tags[tag]}:${virtualPages[page]}`),
          )
        : emptySet(tags.length, pages.length);
    const hasGlobals = may.pge && pages.some(({ global }) => global);
    const isLoadedKept = !loadedApart && tlbs !== 'hardware' && contract.refill === 'loaded';
    return {
      hardware: translations('hardware', layout.pcids, tlbs !== 'apart'),
      away: translations('away', layout.pcids, tlbs !== 'apart' && may.migrate),
      guest: translations('guest', layout.pcids, tlbs === 'whole'),
      globals: translations('guest', ['global'], tlbs === 'whole' && hasGlobals),
      loaded:
        isUsed && isLoadedKept
          ? taggedSet(allocator, bounds.pcids, 1, bounds.spaces, (low) => named(`loaded[low=${low}]`))
          : emptySet(bounds.pcids, 1),
    };
  };
  const [vpid01, vpid02] = VPIDS.map(under) as [VpidFields, VpidFields];
  return { vpid01, vpid02 };
}
