import type { FactGroup, FactLayout } from '../facts/fact-layout.ts';
import type { Field } from '../rows/field.ts';
import type { RowLayout } from '../rows/fields.ts';
import type { RenamedField } from './rename-fields.ts';
import type { Renaming } from './renaming.ts';

const same = (value: number) => value;

/** What a renaming makes of the facts that follow a row: those of a translation become those of another. */
export function renameFacts(rows: RowLayout, { groups }: FactLayout, renaming: Renaming): RenamedField[] {
  const { pages, words } = rows;
  return groups.flatMap((group) => {
    const page = pages.findIndex(({ name }) => name === group.page);
    const { frames, level } = pages[page] as RowLayout['pages'][number];
    const item = frames.indexOf(group.frame);
    const becomesFrame = level === 1 ? (renaming.frames[page]?.[item + 1] as number) - 1 : item;
    const becomesPage = pages[renaming.pages[page] as number] as RowLayout['pages'][number];
    const to = groups.find(
      (other) =>
        other.cpu === renaming.vcpus[group.cpu] &&
        other.page === becomesPage.name &&
        other.pcid === renaming.pcids[group.pcid] &&
        other.frame === becomesPage.frames[becomesFrame],
    ) as FactGroup;
    const becomes = (valuation: number) =>
      group.holders.reduce((sum, { vpid, what, space }, i) => {
        const at = to.holders.findIndex(
          (other) =>
            other.vpid === vpid &&
            other.what === what &&
            (space === undefined || other.space === renaming.spaces[space]),
        );
        return sum | (((valuation >>> i) & 1) << at);
      }, 0);
    return Array.from({ length: 2 ** group.holders.length }, (_, valuation) => ({
      from: factField(group, words, valuation),
      to: factField(to, words, becomes(valuation)),
      value: same,
    }));
  });
}

/** A fact as a field. */
function factField({ word, shift }: FactGroup, words: number, valuation: number): Field {
  return { name: 'fact', bits: 1, word: words + word, shift: shift + valuation, mask: 1, constant: 0 };
}
