import { mayHold } from '../core/architecture/guest-tlb.ts';
import type { Core } from '../core/machine.ts';
import { get } from '../core/row/field.ts';
import type { GuestPageFields, PageFields, ShadowPageFields, VcpuFields } from '../core/row/fields.ts';
import { INVALID, isObsolete, topOf } from '../core/state/root.ts';
import { held } from '../core/state/tagged-set.ts';
import { activePcid, cr3Space } from '../core/state/vcpu.ts';
import { frameBit, guestWalk, shadowWalk } from '../core/state/walk.ts';

/** What an access to a page may read under the CR3 that is loaded, as sets of frames. */
export interface ActivePage {
  /** By a walk of the current root, or from the hardware TLB. */
  readonly used: number;
  /** What the guest's tables give. */
  readonly fresh: number;
  /** What the guest's own TLB could hold. */
  readonly allowed: number;
}

/** Looks at a page as the guest would read it now. */
export function activePage(m: Core, v: VcpuFields, page: PageFields): ActivePage {
  const pcid = activePcid(m, v);
  const root = get(m, v.root);
  const walked =
    root === INVALID || isObsolete(m, root)
      ? 0
      : shadowWalk(m, m.layout.tops[topOf(m, root)] as ShadowPageFields, page);
  return {
    used: frameBit(walked) | held(m, v.hardwareTlb, pcid, page.index),
    fresh: frameBit(guestWalk(m, m.layout.guestTops[cr3Space(m, v)] as GuestPageFields, page)),
    allowed: mayHold(m, v, pcid, page.index),
  };
}
