import type { Layout } from '../../../spec/layouts/layout.ts';
import type { Symmetry } from '../../checker/model.ts';
import { type CoreEvent, coreEvent } from '../event.ts';
import type { RowLayout } from '../row/layout.ts';
import { renameEvent } from './rename-event.ts';
import { renamedGuestPages, renameFields } from './rename-fields.ts';
import { RowRenaming } from './rename-rows.ts';
import { compose, type Factor, factorsOf, type Renaming } from './renaming.ts';

/** Renamings beyond which looking for the least row takes longer than it saves. */
const LARGEST_GROUP = 256;

/**
 * The renamings of spaces, frames, pages and nonzero PCIDs under which a layout's events are closed; null if
 * there is none but the identity. The row that stands for others is the least of them.
 */
export function symmetryOf(layout: Layout, rows: RowLayout): Symmetry | null {
  const events = layout.events.map((event) => coreEvent(layout, rows, event));
  let group: readonly Renaming[] = [];
  const renames: string[] = [];
  for (const factor of factorsOf(layout)) {
    if (!isSymmetry(rows, events, factor)) continue;
    const larger = group.length === 0 ? factor.renamings : product(group, factor.renamings);
    if (larger.length > LARGEST_GROUP) continue;
    group = larger;
    renames.push(factor.renames);
  }
  if (group.length < 2) return null;
  const renamings = group.map((renaming) => new RowRenaming(rows.words, renameFields(rows, renaming)));
  const eventsAfter = group.map((renaming) => renamedEvents(rows, events, renaming));
  const least = new Int32Array(rows.words);
  return {
    renames,
    order: group.length,
    canonicalize: (buffer) => {
      let by = 0;
      for (let word = 0; word < rows.words; word++) least[word] = buffer[word] as number;
      for (let i = 1; i < renamings.length; i++) {
        if (replaceIfLess(renamings[i] as RowRenaming, buffer, least)) by = i;
      }
      for (let word = 0; word < rows.words; word++) buffer[word] = least[word] as number;
      return by;
    },
    eventBefore: (renaming, event) => (eventsAfter[renaming] as readonly number[]).indexOf(event),
  };
}

function replaceIfLess(renaming: RowRenaming, row: Int32Array, least: Int32Array): boolean {
  for (let word = 0; word < least.length; word++) {
    const renamed = renaming.word(row, word);
    const soFar = least[word] as number;
    if (renamed > soFar) return false;
    if (renamed < soFar) {
      least[word] = renamed;
      for (let rest = word + 1; rest < least.length; rest++) least[rest] = renaming.word(row, rest);
      return true;
    }
  }
  return false;
}

/** Whether the top pages of all spaces have the same entries present at the start. */
function spacesAlike(rows: RowLayout): boolean {
  const shapes = rows.guestTops.map(({ targets }) => targets.map((values) => values[1] !== undefined));
  return shapes.every((shape) => shape.every((present, i) => present === shapes[0]?.[i]));
}

/** Whether every renaming of a factor turns the layout's events into events of the layout. */
function isSymmetry(rows: RowLayout, events: readonly CoreEvent[], { renames, renamings }: Factor): boolean {
  const fixedFrames = rows.guestPages.some(
    ({ level, entries }) => level === 1 && entries.some(({ bits }) => bits === 0),
  );
  if (renames === 'frames' && fixedFrames) return false;
  if (renames === 'spaces' && !spacesAlike(rows)) return false;
  return renamings.every((renaming) => !renamedEvents(rows, events, renaming).includes(-1));
}

/** By event: the number of what it becomes, -1 if that is no event of the layout. */
function renamedEvents(rows: RowLayout, events: readonly CoreEvent[], renaming: Renaming): number[] {
  const pageOf = renamedGuestPages(rows, renaming);
  const keys = events.map(keyOf);
  return events.map((event) => keys.indexOf(keyOf(renameEvent(rows, event, renaming, pageOf))));
}

/** Equal for equal events. */
function keyOf(event: CoreEvent): string {
  return JSON.stringify(event, (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'name' in value && !('kind' in value) ? value.name : value,
  );
}

function product(one: readonly Renaming[], other: readonly Renaming[]): Renaming[] {
  return one.flatMap((first) => other.map((second) => compose(first, second)));
}
