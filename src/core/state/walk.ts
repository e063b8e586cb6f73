import type { Core } from '../machine.ts';
import { get } from '../row/field.ts';
import type { GuestPageFields, PageFields, ShadowPageFields } from '../row/fields.ts';

/** The frame that the guest's tables give for a page, 0 if none. @source SDM vol. 3A, 4.5 */
export function guestWalk(m: Core, top: GuestPageFields, page: PageFields): number {
  return guestWalkFrom(m, top, page, 0);
}

function guestWalkFrom(m: Core, table: GuestPageFields, page: PageFields, depth: number): number {
  const index = page.path[depth]!;
  const entry = get(m, table.entries[index]!);
  if (depth === page.path.length - 1) return entry;
  if (entry === 0) return 0;
  const below = table.targets[index]![entry]!;
  return guestWalkFrom(m, below, page, depth + 1);
}

/** The frame that a shadow page and those below it give for a page, 0 if none. */
export function shadowWalk(m: Core, sp: ShadowPageFields, page: PageFields): number {
  return shadowWalkFrom(m, sp, page, 0);
}

function shadowWalkFrom(m: Core, sp: ShadowPageFields, page: PageFields, depth: number): number {
  const index = page.path[depth]!;
  const entry = get(m, sp.entries[index]!);
  if (sp.level === 1) return entry;
  if (entry === 0) return 0;
  const below = sp.children[index]![entry]!;
  return shadowWalkFrom(m, below, page, depth + 1);
}

/** A frame as a set: no item for 0. */
export function frameBit(frame: number): number {
  return (1 << frame) >>> 1;
}
