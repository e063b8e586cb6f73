import type { Layout } from '../../../spec/layouts/layout.ts';
import type { Symmetry } from '../../checker/model.ts';
import type { FactLayout } from '../facts/fact-layout.ts';
import type { RowLayout } from '../rows/fields.ts';
import { bestByKey, decisiveFields, keyOf } from './decisive.ts';
import { groupOf } from './group.ts';
import { renameFacts } from './rename-facts.ts';
import { renameFields } from './rename-fields.ts';
import { RowRenaming } from './rename-rows.ts';

/** The number of the renaming that leaves all as it is: the first of a group. */
const IDENTITY = 0;

/**
 * The renamings of spaces, frames page by page, pages, nonzero PCIDs and vCPUs under which a layout's events are
 * closed; null if there is none but the identity. The row that stands for others has the least CR3s and page-table
 * entries, and is the least of those.
 */
export function symmetryOf(layout: Layout, rows: RowLayout, facts: FactLayout | null): Symmetry | null {
  const group = groupOf(layout, rows);
  if (group.renamings.length < 2) return null;
  const fields = group.renamings.map((renaming) => renameFields(rows, renaming));
  const renamings = fields.map((renamed) => new RowRenaming(0, rows.words, renamed));
  const factWords = facts?.words ?? 0;
  const ofFacts =
    facts &&
    group.renamings.map(
      (renaming) => new RowRenaming(rows.words, factWords, renameFacts(rows, facts, renaming)),
    );
  const renamedFacts = new Int32Array(factWords);
  const decisive = decisiveFields(rows);
  const best = bestByKey(decisive, fields);
  const least = new Int32Array(rows.words);
  return {
    renames: group.renames,
    order: renamings.length,
    canonicalize: (buffer) => {
      const candidates = best[keyOf(decisive, buffer)] as readonly number[];
      let by = candidates[0] as number;
      if (by === IDENTITY && candidates.length === 1) return by;
      rename(renamings[by] as RowRenaming, buffer, least, 0);
      for (let i = 1; i < candidates.length; i++) {
        const candidate = candidates[i] as number;
        if (replaceIfLess(renamings[candidate] as RowRenaming, buffer, least)) by = candidate;
      }
      for (let word = 0; word < rows.words; word++) buffer[word] = least[word] as number;
      if (ofFacts !== null) {
        rename(ofFacts[by] as RowRenaming, buffer, renamedFacts, 0);
        buffer.set(renamedFacts, rows.words);
      }
      return by;
    },
    eventBefore: (renaming, event) => (group.events[renaming] as readonly number[]).indexOf(event),
  };
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
