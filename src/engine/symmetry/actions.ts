import type { Layout } from '../../../spec/layouts/layout.ts';
import type { FactLayout } from '../facts/fact-layout.ts';
import type { RowLayout } from '../rows/fields.ts';
import { groupOf } from './group.ts';
import { renameFacts } from './rename-facts.ts';
import { renameFields } from './rename-fields.ts';
import { RowRenaming } from './rename-rows.ts';

/** A renaming that acts on rows, with their facts, and on events. */
export interface Action {
  readonly rename: (from: Int32Array, to: Int32Array) => void;
  /** By number of an event: the number of what it becomes. */
  readonly events: readonly number[];
}

/** The renamings of a layout's group, in its own order. */
export function actionsOf(layout: Layout, rows: RowLayout, facts: FactLayout | null): Action[] {
  const { renamings, events } = groupOf(layout, rows);
  const factWords = facts?.words ?? 0;
  return renamings.map((renaming, number) => {
    const ofRow = new RowRenaming(0, rows.words, renameFields(rows, renaming));
    const ofFacts = facts && new RowRenaming(rows.words, factWords, renameFacts(rows, facts, renaming));
    return {
      rename: (from, to) => {
        for (let word = 0; word < rows.words; word++) to[word] = ofRow.word(from, word);
        for (let word = 0; word < factWords; word++)
          to[rows.words + word] = ofFacts?.word(from, word) as number;
      },
      events: events[number] as readonly number[],
    };
  });
}
