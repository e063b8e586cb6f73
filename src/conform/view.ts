import type { Layout } from '../../spec/layouts/layout.ts';
import type { PageName } from '../../spec/state/names.ts';
import type { ShadowPage } from '../../spec/state/shadow.ts';
import type { Entry } from '../../spec/state/walk.ts';

/** What can be seen of a machine after an event, the same for both sides: each thing under a name of its own. */
export type View = ReadonlyMap<string, string>;

/** The name of a thing that each vCPU has. */
export function ofCpu(layout: Layout, cpu: number, what: string): string {
  return layout.bounds.vcpus > 1 ? `cpu ${cpu} ${what}` : what;
}

/** A shadow page as both sides can tell it. */
export interface PageView extends Pick<ShadowPage, 'page' | 'role' | 'unsync' | 'obsolete'> {
  /** Pages by their names, without a role. */
  readonly entries: readonly Entry[];
  readonly unsyncChildren: readonly boolean[];
  /** How many root slots hold it. */
  readonly rootCount: number;
  /** Emulated stores since the last walk, where the two can be compared: directories below the top page. */
  readonly floods: number | null;
}

/**
 * Whether the write flooding of a page shows alike: a store to a top page's entry goes to a private table in the
 * kernel.
 */
export function showsFloods({ levels, memory }: Layout, page: PageName): boolean {
  const level = memory[page]?.level ?? 0;
  return level > 1 && level < levels;
}

/** `shadow a.u@wp` */
export function pageKey({ page, role, obsolete }: Pick<PageView, 'page' | 'role' | 'obsolete'>): string {
  return `shadow ${page}@${role}${obsolete ? '!' : ''}`;
}

/** `[a.u* -] 1 root`: an entry with a star has something unsync below it. */
export function pageText({ entries, unsync, unsyncChildren, rootCount, floods }: PageView): string {
  let text = '';
  for (let i = 0; i < entries.length; i++) text += ` ${entries[i] ?? '-'}${unsyncChildren[i] ? '*' : ''}`;
  text = `[${text.slice(1)}]`;
  if (unsync) text += ' unsync';
  if (rootCount > 0) text += ` roots=${rootCount}`;
  if (floods !== null && floods > 0) text += ` floods=${floods}`;
  return text;
}

/** `a|0 - -` */
export function rootsText(roots: readonly (string | null)[]): string {
  return roots.map((root) => root ?? '-').join(' ');
}

/** Words in a row, or a dash where there is none. */
export function listText(words: readonly string[]): string {
  return words.length === 0 ? '-' : words.join(' ');
}
