import type { Layout } from '../../../spec/layouts/layout.ts';
import type { Symmetry } from '../../checker/model.ts';
import { type CoreEvent, coreEvent } from '../event.ts';
import { valueIn } from '../row/field.ts';
import type { RowLayout, VcpuFields } from '../row/fields.ts';
import { renameEvent } from './rename-event.ts';
import { renamedCr3, renamedGuestPages, renameFields } from './rename-fields.ts';
import { RowRenaming } from './rename-rows.ts';
import { compose, type Factor, factorsOf, type Renaming } from './renaming.ts';

/** Renamings beyond which looking for the least row takes longer than it saves. */
const LARGEST_GROUP = 256;

/**
 * The renamings of spaces, frames, pages and nonzero PCIDs under which a layout's events are closed; null if
 * there is none but the identity. The row that stands for others has the least CR3 of the first vCPU, and is the
 * least of those.
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
  const { cr3 } = rows.vcpus[0] as VcpuFields;
  const byCr3 = Array.from({ length: cr3.mask + 1 }, (_, value) => leastCr3(rows, group, value));
  const least = new Int32Array(rows.words);
  return {
    renames,
    order: group.length,
    canonicalize: (buffer) => {
      const candidates = byCr3[valueIn(buffer, cr3)] as readonly number[];
      let by = candidates[0] as number;
      rename(renamings[by] as RowRenaming, buffer, least, 0);
      for (let i = 1; i < candidates.length; i++) {
        const candidate = candidates[i] as number;
        if (replaceIfLess(renamings[candidate] as RowRenaming, buffer, least)) by = candidate;
      }
      for (let word = 0; word < rows.words; word++) buffer[word] = least[word] as number;
      return by;
    },
    eventBefore: (renaming, event) => (eventsAfter[renaming] as readonly number[]).indexOf(event),
  };
}

/** The renamings, by number, that turn a CR3 into the least that any of them turns it into. */
function leastCr3(rows: RowLayout, group: readonly Renaming[], cr3: number): number[] {
  const renamed = group.map((renaming) => renamedCr3(rows, cr3, renaming));
  const least = Math.min(...renamed);
  return [...group.keys()].filter((i) => renamed[i] === least);
}

/** Writes the words of a renamed row, from one on. */
function rename(renaming: RowRenaming, row: Int32Array, into: Int32Array, from: number): void {
  for (let word = from; word < into.length; word++) into[word] = renaming.word(row, word);
}

function replaceIfLess(renaming: RowRenaming, row: Int32Array, least: Int32Array): boolean {
  for (let word = 0; word < least.length; word++) {
    const renamed = renaming.word(row, word);
    const soFar = least[word] as number;
    if (renamed > soFar) return false;
    if (renamed < soFar) {
      least[word] = renamed;
      rename(renaming, row, least, word + 1);
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
