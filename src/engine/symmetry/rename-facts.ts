import type { FactGroup, FactLayout } from '../facts/fact-layout.ts';
import type { Field } from '../rows/field.ts';
import type { RowLayout } from '../rows/fields.ts';
import type { RenamedField } from './rename-fields.ts';
import { renamedNames } from './renamed-names.ts';
import type { Renaming } from './renaming.ts';

const same = (value: number) => value;

/** What a renaming makes of the facts that follow a row: those of a translation become those of another. */
export function renameFacts(rows: RowLayout, { groups }: FactLayout, renaming: Renaming): RenamedField[] {
  const { words } = rows;
  const names = renamedNames(rows, renaming);
  return groups.flatMap((group) => {
    const to = groups.find(
      ({ cpu, page, pcid, frame }) =>
        cpu === renaming.vcpus[group.cpu] &&
        page === names.page(group.page) &&
        pcid === names.pcid(group.pcid) &&
        frame === names.frame(group.frame, group.page),
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
