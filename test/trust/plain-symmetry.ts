import type { Event } from '../../spec/events/event.ts';
import type { Home, Layout } from '../../spec/layouts/layout.ts';

/** A renaming of what a layout has several of alike: by what is renamed, what it becomes. */
interface Renaming {
  readonly spaces: Readonly<Record<string, string>>;
  readonly pages: Readonly<Record<string, string>>;
  /** By virtual page, before it is renamed itself. */
  readonly frames: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly pcids: readonly number[];
  /** By vCPU: whose place it takes. */
  readonly vcpus: readonly number[];
}

/** More renamings than this take longer than they are worth. */
const MOST = 48;

/**
 * Gives states that differ by a renaming the same text: the least that any renaming makes of one. Null where there is
 * nothing to rename, or too much, or where a page-table page is a page table of another level too.
 */
export function canonicalText(layout: Layout): ((text: string) => string) | null {
  if (layout.window) return null;
  const group = groupOf(layout);
  if (group.length < 2 || group.length > MOST) return null;
  return (text) => {
    const state = JSON.parse(text);
    return group
      .map((renaming) => JSON.stringify(renamed(state, renaming)))
      .reduce((a, b) => (b < a ? b : a));
  };
}

/** Every renaming of sorts of things that alone turn the events of a layout into the same events. */
function groupOf(layout: Layout): Renaming[] {
  const { spaces, virtualPages, frames, pcids, bounds } = layout;
  const itself = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, name]));
  const identity: Renaming = {
    spaces: itself(spaces),
    pages: itself(virtualPages),
    frames: Object.fromEntries(virtualPages.map((page) => [page, itself(frames)])),
    pcids,
    vcpus: Array.from({ length: bounds.vcpus }, (_, cpu) => cpu),
  };
  const byName = (names: readonly string[]) =>
    orders(names).map((order) => Object.fromEntries(names.map((name, i) => [name, order[i] as string])));
  const half = (letter: string) => byName(virtualPages.filter((page) => page.startsWith(letter)));
  const sorts: Partial<Renaming>[][] = [
    byName(spaces).map((to) => ({ spaces: to })),
    ...virtualPages.map((page) => byName(frames).map((to) => ({ frames: { [page]: to } }))),
    orders(pcids.slice(1)).map((to) => ({ pcids: [0, ...to] })),
    ...['u', 'k'].map((letter) => half(letter).map((to) => ({ pages: to }))),
    orders(identity.vcpus).map((to) => ({ vcpus: to })),
  ];
  return sorts
    .filter((sort) => sort.every((part) => keepsEvents(layout, withPart(identity, part))))
    .reduce<Renaming[]>(
      (group, sort) => group.flatMap((all) => sort.map((part) => withPart(all, part))),
      [identity],
    );
}

/** Frames of several pages, and pages of both halves, are renamed side by side. */
function withPart(all: Renaming, part: Partial<Renaming>): Renaming {
  const [pages, frames] = [
    { ...all.pages, ...part.pages },
    { ...all.frames, ...part.frames },
  ];
  return { ...all, ...part, pages, frames };
}

function keepsEvents({ events, homes, spaces }: Layout, renaming: Renaming): boolean {
  // An entry that several spaces share is stored to under the name that it has in the first of them.
  const text = (event: Event) => {
    if (event.kind !== 'write-pte') return JSON.stringify(event);
    const { page, index } = homes[`${event.space}:${event.page}`] as Home;
    const isSame = (home: Home | undefined) => home?.page === page && home.index === index;
    return JSON.stringify({
      ...event,
      space: spaces.find((space) => isSame(homes[`${space}:${event.page}`])),
    });
  };
  const all = new Set(events.map(text));
  return events.every((event) => all.has(text(renamed(event, renaming) as Event)));
}

/** Every order of some things, the given one first. */
function orders<T>(things: readonly T[]): T[][] {
  if (things.length < 2) return [[...things]];
  return things.flatMap((first, i) => orders(things.toSpliced(i, 1)).map((rest) => [first, ...rest]));
}

/** Part of a state or event, renamed, with what has no order in one order. */
function renamed(part: unknown, renaming: Renaming, key = ''): unknown {
  const { spaces, pages, frames, pcids, vcpus } = renaming;
  if (typeof part === 'number') {
    if (key === 'cpu') return vcpus[part];
    return key === 'low' || key === 'pcid' ? pcids[part] : part;
  }
  if (typeof part === 'string')
    return pages[part] ?? part.replace(/^[a-z](?=$|[.@])/, (space) => spaces[space] ?? space);
  if (typeof part !== 'object' || part === null) return part;
  if (Array.isArray(part)) {
    const list = part.map((each) => renamed(each, renaming, key));
    if (key === 'vcpus') return list.map((_, cpu) => list[vcpus.indexOf(cpu)]);
    return isSet(key) ? list.map((each) => JSON.stringify(each)).sort() : list;
  }
  const fields = Object.entries(part).map(([name, value]): [string, unknown] => {
    if (name === 'frame') return [name, frames[(part as { page: string }).page]?.[value as string] ?? value];
    if (name === 'entries' && (part as { level: number }).level === 1)
      return [name, renamedTable(value as (string | null)[], key.startsWith('k') ? 'k' : 'u', renaming)];
    return [renamed(name, renaming) as string, renamed(value, renaming, name)];
  });
  return Object.fromEntries(isByName(key) ? fields.sort(([one], [other]) => (one < other ? -1 : 1)) : fields);
}

/** The entries of a page table: each goes where its page goes. */
function renamedTable(entries: readonly (string | null)[], half: string, { pages, frames }: Renaming) {
  const to: (string | null)[] = [...entries];
  entries.forEach((frame, i) => {
    const page = `${half}${i}`;
    to[Number((pages[page] as string).slice(1))] = frame === null ? null : (frames[page]?.[frame] ?? frame);
  });
  return to;
}

/** Whether a list is in no order: TLBs, and the CR3 values that were loaded. */
function isSet(key: string): boolean {
  return ['guest', 'hardware', 'away', 'loaded'].includes(key);
}

/** Whether an object is a collection of pages by their names. */
function isByName(key: string): boolean {
  return ['memory', 'shadow', 'writable', 'mayStore'].includes(key);
}
