import type { Half } from '../../../spec/events/event.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import type { Frame, PageName, VirtualPage } from '../../../spec/state/names.ts';
import type { Link } from '../../kvm/paging.ts';

/** The C enumerator of a page of the guest's paging structures: `SPACE_A`, `TABLE_A_U`. */
export function tableName({ spaces }: Layout, page: PageName): string {
  const name = page.toUpperCase().replaceAll('.', '_');
  return `${spaces.includes(page) ? 'SPACE' : 'TABLE'}_${name}`;
}

/** The C macro of a virtual page: `U0`. */
export function pageName(page: VirtualPage): string {
  return page.toUpperCase();
}

/** The C enumerator of an upper entry's target: `A_TO_A_U`. */
export function linkName({ from, to }: Pick<Link, 'from' | 'to'>): string {
  return [from, to].map((page) => page.toUpperCase().replaceAll('.', '_')).join('_TO_');
}

/** A level-1 entry for a frame, as a C expression. */
export function leafEntry(half: Half, frame: Frame | null): string {
  return frame === null ? '0' : `${half.toUpperCase()}_PTE(${frameNumber(frame)})`;
}

/** The number that a frame holds in its first word. */
export function frameNumber(frame: Frame): number {
  return Number(frame.slice(1));
}
