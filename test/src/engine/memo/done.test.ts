import { expect, it } from 'vitest';
import { CONTRACTS } from '../../../../spec/contracts/named.ts';
import { kernelNamed } from '../../../../spec/define/kernel.ts';
import { buildLayout } from '../../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../../spec/layouts/named.ts';
import { memoMachine } from '../../../../src/engine/memo/model.ts';

it('a search of any length keeps of the effects that it carried out no more than those of the last states', () => {
  const layout = buildLayout(LAYOUTS.smp, { pcids: 1, userPages: 0, kernelPages: 1 });
  const world = { layout, kernel: kernelNamed('v6.12'), contract: CONTRACTS.kvm };
  const { stepper, rows, facts, initial } = memoMachine(world, 'apart');
  const width = rows.words + (facts?.words ?? 0);
  const state = new Int32Array(width);
  initial(state);
  const targets = new Int32Array(width * layout.events.length);
  const masks = new Int32Array(layout.events.length);
  const workAfter = (times: number) => {
    for (let i = 0; i < times; i++) stepper.expand(state, 0, 1, 0, targets, masks);
    return stepper.workDone();
  };
  workAfter(1);
  expect(workAfter(20)).toEqual(workAfter(1));
});
