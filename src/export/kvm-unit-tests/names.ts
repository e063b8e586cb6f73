import type { Half } from '../../../spec/events/event.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import type { Frame, PageName, VirtualPage } from '../../../spec/state/names.ts';

/** The C enumerator of a page of the guest's paging structures: `SPACE_A`, `TABLE_A_U`. */
export function tableName({ spaces }: Layout, page: PageName): string {
  const name = page.toUpperCase().replaceAll('.', '_');
  return `${spaces.includes(page) ? 'SPACE' : 'TABLE'}_${name}`;
}

/** The C macro of a virtual page: `U0`. */
export function pageName(page: VirtualPage): string {
  return page.toUpperCase();
}

/** The half of the address space in which a virtual page lies. */
export function halfOf({ paths, halves }: Layout, page: VirtualPage): Half {
  return paths[page]?.[0] === halves.kernel ? 'kernel' : 'user';
}

/** A level-1 entry for a frame, as a C expression. */
export function leafEntry(half: Half, frame: Frame | null): string {
  return frame === null ? '0' : `${half.toUpperCase()}_PTE(${frameNumber(frame)})`;
}

/** The number that a frame holds in its first word. */
export function frameNumber(frame: Frame): number {
  return Number(frame.slice(1));
}
