import { describe, expect, it } from 'vitest';
import type { Machine } from '../../../../spec/state/machine.ts';
import { initialMachine } from '../../../../spec/step/initial.ts';
import { step } from '../../../../spec/step/step.ts';
import { Random } from '../../../../src/checker/random.ts';
import { memoMachine } from '../../../../src/engine/memo/model.ts';
import { groupOf } from '../../../../src/engine/symmetry/group.ts';
import { renameFacts } from '../../../../src/engine/symmetry/rename-facts.ts';
import { renameFields } from '../../../../src/engine/symmetry/rename-fields.ts';
import { RowRenaming } from '../../../../src/engine/symmetry/rename-rows.ts';
import { symmetryOf } from '../../../../src/engine/symmetry/symmetry.ts';
import { Packer } from '../../../../src/engine/views/pack.ts';
import { Unpacker } from '../../../../src/engine/views/unpack.ts';
import { putFactsOf } from '../memo/concrete.ts';
import { nameOf, type Scope, worldOf } from '../scopes.ts';

const V6_12 = { kernel: 'v6.12' } as const;

const SCOPES: readonly (readonly [scope: Scope, order: number])[] = [
  [{ layout: 'minimal', bounds: { pcids: 3 }, ...V6_12 }, 8],
  [{ layout: 'minimal', bounds: { spaces: 3, frames: 3 }, ...V6_12 }, 36],
  [{ layout: 'minimal', bounds: { userPages: 2 }, ...V6_12, contract: 'sdm' }, 16],
  [{ layout: 'kernel', bounds: { pcids: 3 }, ...V6_12 }, 16],
  [{ layout: 'smp', ...V6_12 }, 8],
  [{ layout: 'faults', bounds: { pcids: 3 }, ...V6_12 }, 4],
  [{ layout: 'vpids', bounds: { spaces: 2, pcids: 3 }, ...V6_12 }, 8],
];

/** Machines on a walk. */
function* machinesOn(scope: Scope, steps: number): Generator<Machine> {
  const world = worldOf(scope);
  const random = new Random(9);
  const machine = initialMachine(world);
  for (let i = 0; i < steps; i++) {
    step(world, machine, world.layout.events[random.below(world.layout.events.length)] as never);
    yield machine;
  }
}

describe('facts are renamed as the machines are that they are about', () => {
  it.each(SCOPES.map(([scope, order]) => [nameOf(scope), scope, order] as const))('%s', (_, scope, order) => {
    const world = worldOf(scope);
    const { layout } = world;
    const { rows: whole } = memoMachine(world, 'whole');
    const { rows, facts } = memoMachine(world, 'apart');
    if (facts === null) throw new Error('no facts');
    const { renamings } = groupOf(layout, rows);
    expect(renamings).toHaveLength(order);
    const ways = renamings.map((renaming) => ({
      whole: new RowRenaming(0, whole.words, renameFields(whole, renaming)),
      apart: new RowRenaming(0, rows.words, renameFields(rows, renaming)),
      facts: new RowRenaming(rows.words, facts.words, renameFacts(rows, facts, renaming)),
    }));
    const symmetry = symmetryOf(layout, rows, facts);
    const [packWhole, packApart] = [new Packer(layout, whole), new Packer(layout, rows)];
    const unpacker = new Unpacker(layout, whole);
    const renamedBy = (renaming: RowRenaming, row: Int32Array, words: number) =>
      Int32Array.from({ length: words }, (__, word) => renaming.word(row, word));
    const apartOf = (machine: Machine) => {
      const row = new Int32Array(rows.words + facts.words);
      packApart.pack(machine, row);
      putFactsOf(layout, machine, facts, row, rows.words);
      return row;
    };
    for (const machine of machinesOn(scope, 60)) {
      const wholeRow = new Int32Array(whole.words);
      packWhole.pack(machine, wholeRow);
      const row = apartOf(machine);
      const representatives = new Set<string>();
      for (const way of ways) {
        const expected = apartOf(unpacker.unpack(renamedBy(way.whole, wholeRow, whole.words)));
        const renamed = Int32Array.of(
          ...renamedBy(way.apart, row, rows.words),
          ...renamedBy(way.facts, row, facts.words),
        );
        expect(renamed).toEqual(expected);
        const by = symmetry?.canonicalize(renamed) as number;
        representatives.add(renamed.subarray(0, rows.words).join());
        const again = renamed.slice();
        expect(symmetry?.canonicalize(again)).toBe(0);
        expect(again).toEqual(renamed);
        // Its facts are those of the state that it stands for, by the renaming that it names.
        const byName = ways[by] as (typeof ways)[number];
        expect(renamed.subarray(rows.words)).toEqual(renamedBy(byName.facts, expected, facts.words));
      }
      expect(representatives.size).toBe(1);
    }
  });
});
