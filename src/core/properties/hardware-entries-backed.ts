import type { Core } from '../machine.ts';
import { get } from '../row/field.ts';
import type { ObsoletePageFields, PageFields, ShadowPageFields } from '../row/fields.ts';
import { frameBit } from '../state/walk.ts';

/** Whether a hardware TLB holds a translation whose SPTE is gone. */
export function hardwareEntriesOrphaned(m: Core): boolean {
  let orphaned = 0;
  for (const page of m.layout.pages) {
    const present = spteFrames(m, page);
    for (const v of m.layout.vcpus) {
      for (const tag of v.hardwareTlb.slots) orphaned |= get(m, tag[page.index]!) & ~present;
    }
  }
  return orphaned !== 0;
}

/** The frames that some level-1 shadow page maps where this page's entry is. */
function spteFrames(m: Core, page: PageFields): number {
  const leaf = page.path[page.path.length - 1]!;
  let frames = 0;
  for (const sp of m.layout.shadowPages) {
    if (mayMap(sp, page, leaf)) frames |= frameBit(get(m, sp.entries[leaf]!));
  }
  for (const sp of m.layout.obsoletePages) {
    if (mayMap(sp, page, leaf)) frames |= frameBit(get(m, sp.entries[leaf]!));
  }
  return frames;
}

/** Whether an entry is one that could be this page's. What page tables map is no frame that others do. */
function mayMap(sp: ShadowPageFields | ObsoletePageFields, page: PageFields, leaf: number): boolean {
  return sp.level === 1 && sp.page.level === page.level && leaf < sp.entries.length;
}
