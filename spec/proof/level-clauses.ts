import { unsyncMarkedUpwards } from '../properties/shadow-pages.ts';
import type { Clause } from './clause.ts';
import { and, equal, not, or } from './logic.ts';
import { at, type Level, type State } from './vocabulary.ts';

/** What is said of an upper level: of top pages by the name alone, of others with the level before it. */
export function clausesAt(level: Level): Clause[] {
  const { of, below } = level;
  const page = of === 'Space' ? 'top' : of.toLowerCase();
  const pages = of === 'Space' ? 'top page' : page;
  const named = (name: string) => (of === 'Space' ? name : `${page}-${name}`);
  const entry = [of, 'Role', 'Slot'] as const;
  const toTables: Clause = {
    name: named(unsyncMarkedUpwards.name),
    doc: `every link of a ${pages} to an unsync page is marked`,
    why: 'a page that goes unsync, or is linked while it is, marks the link; a sync takes the mark with the unsync page',
    sorts: entry,
    when: (m, p, r, k) => and(at(m, level).linked(p, r, k), m.unsync(at(m, level).link(p, r, k), r)),
    says: (m, p, r, k) => at(m, level).unsyncChildren(p, r, k),
  };
  const toDirectories: Clause = {
    ...toTables,
    doc: `every link of a ${pages} to a page with a mark is marked`,
    why: 'the first mark of a page marks what links it, and who links a marked page marks that; a sync clears both',
    sorts: [...entry, 'Slot'],
    when: (m, p, r, k, j) => {
      const { linked, link } = at(m, level);
      return and(linked(p, r, k), upperAt(m, level).unsyncChildren(link(p, r, k), r, j));
    },
  };
  return [
    below === 'Table' ? toTables : toDirectories,
    {
      name: named('links-agree'),
      doc: `a link of a ${pages} leads to a shadow of the page that the guest entry names`,
      why: 'a store to an upper page with a shadow is emulated, and zaps the link',
      sorts: entry,
      when: (m, p, r, k) => at(m, level).linked(p, r, k),
      says: (m, p, r, k) => {
        const { present, entry: names, link } = at(m, level);
        const child = link(p, r, k);
        return and(present(p, k), equal(child, names(p, k)), m[`shadowed${below}`](child, r));
      },
    },
    {
      name: named('links-of-pages'),
      doc: `only the shadow of a ${pages} has links and marks`,
      why: 'a page that goes takes them with it',
      sorts: entry,
      when: (m, p, r, k) => or(at(m, level).linked(p, r, k), at(m, level).unsyncChildren(p, r, k)),
      says: (m, p, r) => at(m, level).shadowed(p, r),
    },
    {
      name: `${page}-pages-write-protected`,
      doc: `no ${pages} is writable that has a shadow`,
      why: 'a new shadow write-protects, and upper pages never go unsync',
      sorts: [of, 'Role'],
      when: (m, p, r) => at(m, level).shadowed(p, r),
      says: (m, p) => not(at(m, level).writable(p)),
    },
  ];
}

/** The level below one. */
function upperAt(m: State, { below }: Level) {
  return at(m, m.levels.find(({ of }) => of === below) as Level);
}
