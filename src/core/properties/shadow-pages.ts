import { hasUnsyncChildren } from '../kvm/shadow-page.ts';
import type { Core } from '../machine.ts';
import { get } from '../row/field.ts';
import type { ShadowPageFields } from '../row/fields.ts';
import { AROSE, note } from '../row/notes.ts';

/** Whether a synced shadow page has a present entry that is not what the guest's entry says. */
export function syncedPagesDisagree(m: Core): boolean {
  let disagree = false;
  for (const sp of m.layout.shadowPages) {
    if (get(m, sp.unsync) === 0) {
      for (let index = 0; index < sp.entries.length; index++) {
        const entry = get(m, sp.entries[index]!);
        if (entry !== 0) {
          note(m, AROSE['synced-pages-agree']);
          if (entry !== get(m, sp.page.entries[index]!)) disagree = true;
        }
      }
    }
  }
  for (const sp of m.layout.obsoletePages) {
    for (let index = 0; index < sp.entries.length; index++) {
      const entry = get(m, sp.entries[index]!);
      if (entry !== 0 && entry !== get(m, sp.page.entries[index]!)) disagree = true;
    }
  }
  return disagree;
}

/** Whether a slot leads to something unsync and is not marked. */
export function unsyncUnmarked(m: Core): boolean {
  let unmarked = false;
  for (const sp of m.layout.shadowPages) {
    for (let index = 0; index < sp.children.length; index++) {
      if (sp.level > 1 && leadsToUnsync(m, sp, index) && get(m, sp.unsyncChildren[index]!) === 0)
        unmarked = true;
    }
  }
  return unmarked;
}

function leadsToUnsync(m: Core, sp: ShadowPageFields, index: number): boolean {
  const entry = get(m, sp.entries[index]!);
  if (entry === 0) return false;
  const child = sp.children[index]![entry]!;
  return get(m, child.unsync) === 1 || hasUnsyncChildren(m, child);
}

/** Whether the guest can store without an exit to a page that has a synced shadow. */
export function syncedPagesWritable(m: Core): boolean {
  let writable = false;
  for (const sp of m.layout.shadowPages) {
    if (get(m, sp.exists) === 1 && get(m, sp.unsync) === 0 && get(m, sp.page.writable) === 1) writable = true;
  }
  return writable;
}
