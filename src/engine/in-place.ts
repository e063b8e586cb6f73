import { copyMachine } from '../../spec/schema/copy.ts';
import { step } from '../../spec/step/step.ts';
import type { Engine } from './engine.ts';

/** The in-place gear: the recipes run directly on a plain copy of the machine. */
export const inPlaceEngine: Engine = {
  name: 'in-place',
  step: (world, machine, event) => {
    const copy = copyMachine(machine);
    return { exit: step(world, copy, event), machine: copy };
  },
};
