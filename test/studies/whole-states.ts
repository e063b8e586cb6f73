import type { Machine } from '../../spec/state/machine.ts';
import type { World } from '../../spec/world/world.ts';
import type { Model } from '../../src/checker/model.ts';
import { memoMachine, modelOf } from '../../src/engine/memo/model.ts';
import type { RowLayout } from '../../src/engine/rows/fields.ts';
import { Unpacker } from '../../src/engine/views/unpack.ts';

/** KVM's machine as a model whose states are whole, TLBs and all, and can be read as machines of the spec. */
export interface WholeStates {
  readonly world: World;
  readonly model: Model;
  readonly rows: RowLayout;
  /** The machine in the first words of a row. */
  readonly machineOf: (row: Int32Array) => Machine;
}

/** The whole states of a world. */
export function wholeStates(world: World): WholeStates {
  const memo = memoMachine(world, 'whole');
  const unpacker = new Unpacker(world.layout, memo.rows);
  return {
    world,
    model: modelOf(memo, `whole states of ${world.layout.name}`),
    rows: memo.rows,
    machineOf: (row) => unpacker.unpack(row),
  };
}
