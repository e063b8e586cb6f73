import type { Layout } from '../../../spec/layouts/layout.ts';
import type { Sort } from '../../../spec/proof/logic.ts';
import { type Elements, PROOF_ROLES } from '../../prove/structure.ts';

/** Elements of some sorts in the words of the page: `cpu 0: a|0 (wp) u0=f1`, `a.u@wp u0`, `a@wp user`. */
export type ClauseWords = (sorts: readonly Sort[], of: readonly number[]) => string;

/** The words of a layout. A second space among the elements is that from which hardware was filled. */
export function clauseWords(layout: Layout, elements: Elements): ClauseWords {
  return (sorts, of) => {
    const at = (sort: Sort): number | undefined => of[sorts.indexOf(sort)];
    const named = (sort: Sort, names: readonly (string | null)[]) => names[at(sort) ?? -1] ?? undefined;
    const [cpu, low, slot, index] = [at('Vcpu'), at('Low'), at('Slot'), at('Index')];
    const space = named('Space', elements.named.Space);
    const table = named('Table', elements.named.Table);
    const directory = named('Directory', elements.named.Directory);
    const role = named('Role', PROOF_ROLES);
    const page = named('Page', elements.pages);
    const source =
      sorts.filter((sort) => sort === 'Space').length > 1 ? elements.named.Space[of.at(-1) ?? -1] : undefined;
    const words: (string | undefined)[] = [];
    if (space !== undefined && low !== undefined) words.push(`${space}|${low}`, role && `(${role})`);
    else if (role !== undefined) words.push(`${table ?? directory ?? space}@${role}`);
    if (page !== undefined) {
      const tag = space === undefined && low !== undefined ? `${low}:` : '';
      words.push(`${tag}${page}=${named('Frame', elements.frames) ?? 'none'}`, source && `from ${source}`);
    }
    if (slot !== undefined) words.push(space === undefined ? `entry ${slot}` : halfAt(layout, slot));
    if (index !== undefined) words.push(pageAt(layout, table, index));
    const text = words.filter((word) => word !== undefined).join(' ');
    return [cpu === undefined ? '' : `cpu ${cpu}`, text].filter((part) => part !== '').join(': ');
  };
}

function halfAt({ halves }: Layout, slot: number): string {
  return Object.entries(halves).find(([, at]) => at === slot)?.[0] ?? `entry ${slot}`;
}

function pageAt({ homes }: Layout, table: string | undefined, index: number): string {
  const home = Object.entries(homes).find(([, at]) => at.page === table && at.index === index);
  return home?.[0].replace(/^.*:/, '') ?? `entry ${index}`;
}
