import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { GuestPageFields, ShadowPageFields } from '../row/fields.ts';
import { CONSULTED, note } from '../row/notes.ts';
import { flushRemoteTlbs } from './requests.ts';
import { prepareZapPage } from './zap.ts';

/** Emulated stores to an upper-level page, without a walk through it between them, that make KVM zap it. */
const WRITE_FLOODING_LIMIT = 3;

/**
 * Follows a store that KVM emulated: in every shadow of the written page the entry is zapped.
 *
 * @source kernel: kvm_mmu_track_write; kvm_mmu_pte_write before v6.4
 */
export function trackWrite(m: Core, page: GuestPageFields, index: number): void {
  let flush = false;
  for (const sp of page.shadows) {
    if (get(m, sp.exists) === 1) {
      if (detectWriteFlooding(m, sp)) {
        if (prepareZapPage(m, sp)) flush = true;
      } else if (zapsTrackedEntry(m)) {
        if (get(m, sp.entries[index]!) !== 0) flush = true;
        set(m, sp.entries[index]!, 0);
      }
    }
  }
  if (flush) flushRemoteTlbs(m);
}

function zapsTrackedEntry(m: Core): boolean {
  note(m, CONSULTED.trackedStore);
  return m.kernel.trackedStore === 'zap';
}

/** @source kernel: detect_write_flooding */
function detectWriteFlooding(m: Core, sp: ShadowPageFields): boolean {
  if (sp.level === 1) return false;
  const count = get(m, sp.writeFloodingCount) + 1;
  if (count >= WRITE_FLOODING_LIMIT) return true;
  set(m, sp.writeFloodingCount, count);
  return false;
}
