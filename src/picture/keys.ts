import { HALVES } from '../../spec/events/event.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import type { Turns } from '../../spec/schema/sorts.ts';
import type { Machine } from '../../spec/state/machine.ts';
import type { PageName } from '../../spec/state/names.ts';
import type { ShadowPageId } from '../../spec/state/shadow.ts';
import type { TlbEntry } from '../../spec/state/tlb.ts';

/**
 * The keys of what there is to see of a machine: what draws a thing and what tells that it changed name it alike.
 */
export const keyOf = {
  /** A register, a bit of one, `requests`, `hardware CR3`, `guest mode`, `entry`, or a root slot. */
  ofVcpu: (cpu: number, name: string) => `cpu ${cpu} ${name}`,
  tlbEntry: (cpu: number, place: string, { pcid, page, frame }: TlbEntry) =>
    `cpu ${cpu} ${place} ${pcid} ${page} ${frame}`,
  table: (page: PageName) => `guest ${page}`,
  shadow: (id: ShadowPageId) => `shadow ${id}`,
  /** An entry of a table or of a shadow page, by the key of that page. */
  entry: (page: string, index: number) => `${page} ${index}`,
};

/** Where a translation is cached, as seen from the VPID in use: a TLB by what it is called. */
export function tlbPlace(called: string, isInUse = true): string {
  return isInUse ? called : `${called} under the other VPID`;
}

/** What is said of a flag that has no words of its own. */
export const IS_SET: Turns = ['is set', 'is cleared'];

/** The guest's page-table pages, from the top level down. */
export function tablesInOrder({ memory }: Machine): PageName[] {
  const levelOf = (page: PageName) => memory[page]?.level ?? 0;
  return Object.keys(memory).sort((one, other) => levelOf(other) - levelOf(one) || (one < other ? -1 : 1));
}

/** What an entry is for: `u0` in a page table, `user` or `kernel` in a top page, else its index. */
export function entryName(layout: Layout, page: PageName, level: number, index: number): string {
  if (level === layout.levels) {
    const half = HALVES.find((each) => layout.halves[each] === index);
    return half ?? (layout.window ? 'window' : `${index}`);
  }
  const home = Object.entries(layout.homes).find(([, at]) => at.page === page && at.index === index);
  return home?.[0].split(':')[1] ?? `${index}`;
}
