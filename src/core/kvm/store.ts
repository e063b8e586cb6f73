import type { CoreEvent } from '../event.ts';
import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { GuestPageFields, VcpuFields } from '../row/fields.ts';
import { AROSE, note } from '../row/notes.ts';
import { clearFloodOfRoot } from './new-pgd.ts';
import { trackWrite } from './track-write.ts';
import { unsyncPages } from './unsync.ts';

/**
 * A guest store to a page-table page: tracked and emulated, or made native by letting the page go unsync.
 *
 * @source kernel: FNAME(page_fault), page_fault_handle_page_track, make_spte
 */
export function store(
  m: Core,
  v: VcpuFields,
  event: Extract<CoreEvent, { kind: 'write-pte' | 'write-dir' }>,
): void {
  const { table, index, value, emulated } = event;
  const shadowed = isShadowed(m, table, 1);
  set(m, table.entries[index]!, value);
  if (emulated || (isShadowed(m, table, 2) && get(m, table.writable) === 0)) {
    if (!emulated) clearFloodOfRoot(m, v);
    trackWrite(m, table, index);
  } else {
    if (shadowed) note(m, AROSE['synced-pages-write-protected']);
    if (get(m, table.writable) === 1) return;
    unsyncPages(m, table);
    set(m, table.writable, 1);
  }
}

/** Whether a page is shadowed at this level or above it. */
function isShadowed(m: Core, page: GuestPageFields, level: number): boolean {
  let shadowed = 0;
  for (const sp of page.shadows) if (sp.level >= level) shadowed |= get(m, sp.exists);
  return shadowed === 1;
}
