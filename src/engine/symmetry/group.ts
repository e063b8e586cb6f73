import type { Layout } from '../../../spec/layouts/layout.ts';
import type { RowLayout } from '../rows/fields.ts';
import { pagesMappedBy } from './mapped-pages.ts';
import { renameEvent } from './rename-event.ts';
import { renamedGuestPages } from './rename-fields.ts';
import { compose, type Factor, factorsOf, identityOf, type Renaming } from './renaming.ts';
import { type RowEvent, rowEvent } from './row-event.ts';

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
  const events = layout.events.map((event) => rowEvent(layout, rows, event));
  const factors: Factor[] = [];
  const leftOut: Factor[] = [];
  for (const factor of factorsOf(rows, layout.bounds)) {
    const isTaken =
      sizeOf([...factors, factor]) <= LARGEST_GROUP &&
      keepsClosed(factors, leftOut, factor) &&
      isSymmetry(rows, events, factor);
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
    events: renamings.map((renaming) => renamedEvents(rows, events, renaming)),
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
function isSymmetry(rows: RowLayout, events: readonly RowEvent[], factor: Factor): boolean {
  if (factor.sort === 'spaces' && !spacesAlike(rows)) return false;
  const renamings = factor.renamings();
  if (factor.sort === 'frames' && renamings.some((renaming) => changesFixedEntry(rows, renaming)))
    return false;
  return renamings.every((renaming) => !renamedEvents(rows, events, renaming).includes(-1));
}

/** Whether the top pages of all spaces have the same entries present at the start. */
function spacesAlike(rows: RowLayout): boolean {
  const shapes = rows.guestTops.map(({ targets }) => targets.map((values) => values[1] !== undefined));
  return shapes.every((shape) => shape.every((present, i) => present === shapes[0]?.[i]));
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

/** By event: the number of what it becomes, -1 if that is no event of the layout. */
function renamedEvents(rows: RowLayout, events: readonly RowEvent[], renaming: Renaming): number[] {
  const pageOf = renamedGuestPages(rows, renaming);
  const keys = events.map(keyOf);
  return events.map((event) => keys.indexOf(keyOf(renameEvent(rows, event, renaming, pageOf))));
}

/** Equal for equal events. */
function keyOf(event: RowEvent): string {
  return JSON.stringify(event, (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'name' in value && !('kind' in value) ? value.name : value,
  );
}
