import type { Layout } from '../../../spec/layouts/layout.ts';
import type { PageFields, RowLayout } from '../rows/fields.ts';
import { pagesMappedBy } from './mapped-pages.ts';
import { eventKey, renameEvent } from './rename-event.ts';
import { renamedNames } from './renamed-names.ts';
import { compose, type Factor, factorsOf, identityOf, type Renaming } from './renaming.ts';

/** Renamings beyond which looking for the least row takes longer than it saves. */
const LARGEST_GROUP = 256;

/** Renamings that turn runs of a layout into runs of it, the identity first. */
export interface Group {
  /** What is renamed, in words. */
  readonly renames: readonly string[];
  readonly renamings: readonly Renaming[];
  /** By renaming and event: the number of what the event becomes. */
  readonly events: readonly (readonly number[])[];
}

/** The group of renamings under which a layout's events are closed, with the identity alone if there is no other. */
export function groupOf(layout: Layout, rows: RowLayout): Group {
  const factors: Factor[] = [];
  const leftOut: Factor[] = [];
  for (const factor of factorsOf(rows, layout.bounds)) {
    const isTaken =
      sizeOf([...factors, factor]) <= LARGEST_GROUP &&
      keepsClosed(factors, leftOut, factor) &&
      isSymmetry(rows, factor);
    (isTaken ? factors : leftOut).push(factor);
  }
  const renamings = factors.reduce<readonly Renaming[]>(
    (group, factor) => {
      const more = factor.renamings();
      return group.flatMap((first) => more.map((second) => compose(first, second)));
    },
    [identityOf(rows)],
  );
  return {
    renames: factors.map((factor) => factor.renames),
    renamings,
    events: renamings.map((renaming) => renamedEvents(rows, renaming)),
  };
}

/**
 * Whether one may follow the other in any order with a factor: virtual pages that change places must agree on
 * whether their frames are renamed, for a swap turns the one page's renamings of frames into the other's.
 */
function keepsClosed(taken: readonly Factor[], leftOut: readonly Factor[], { sort, pages }: Factor): boolean {
  const renamesFrames = (factor: Factor) =>
    factor.sort === 'frames' && factor.pages.some((page) => pages.includes(page));
  return sort !== 'pages' || !taken.some(renamesFrames) || !leftOut.some(renamesFrames);
}

function sizeOf(factors: readonly Factor[]): number {
  return factors.reduce((product, { size }) => product * size, 1);
}

/** Whether every renaming of a factor turns the layout's events into events of the layout. */
function isSymmetry(rows: RowLayout, factor: Factor): boolean {
  if (factor.sort === 'spaces' && !spacesAlike(rows.layout)) return false;
  const renamings = factor.renamings();
  if (factor.sort === 'frames' && factor.pages.some((page) => mayMapTable(rows, page))) return false;
  if (factor.sort === 'frames' && renamings.some((renaming) => changesFixedEntry(rows, renaming)))
    return false;
  if (factor.sort === 'pages' && renamings.some((renaming) => tearsEntry(rows, renaming))) return false;
  return renamings.every((renaming) => !renamedEvents(rows, renaming).includes(-1));
}

/** Whether the top pages of all spaces have the same entries present at the start. */
function spacesAlike({ spaces, memory }: Layout): boolean {
  const shapes = spaces.map((space) => memory[space]?.entries.map((entry) => entry !== null).join());
  return shapes.every((shape) => shape === shapes[0]);
}

/** Whether a virtual page may map a page table, which is no frame like others. */
function mayMapTable({ layout }: RowLayout, page: number): boolean {
  return Object.values(layout.storesThrough).includes(layout.virtualPages[page] as string);
}

/** Whether a level-1 entry that no event stores to would have to hold another frame. */
function changesFixedEntry(rows: RowLayout, { frames }: Renaming): boolean {
  return rows.guestPages.some(
    (table) =>
      table.level === 1 &&
      table.entries.some(
        ({ bits, constant }, index) =>
          bits === 0 &&
          pagesMappedBy(rows, table, index).some((page) => frames[page.index]?.[constant] !== constant),
      ),
  );
}

/** Whether virtual pages that one level-1 entry may map would come to lie at different entries. */
function tearsEntry(rows: RowLayout, { pages }: Renaming): boolean {
  const placeOf = ({ index }: PageFields) => rows.pages[pages[index] as number]?.path.at(-1);
  return rows.guestPages.some(
    (table) =>
      table.level === 1 &&
      table.entries.some((_, index) => new Set(pagesMappedBy(rows, table, index).map(placeOf)).size > 1),
  );
}

/** By event: the number of what it becomes, -1 if that is no event of the layout. */
function renamedEvents(rows: RowLayout, renaming: Renaming): number[] {
  const { layout } = rows;
  const names = renamedNames(rows, renaming);
  const keys = layout.events.map((event) => eventKey(layout, event));
  return layout.events.map((event) => keys.indexOf(eventKey(layout, renameEvent(event, names, renaming))));
}
