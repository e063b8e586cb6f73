import { Immer } from 'immer';
import type { Exit } from '../../spec/step/exit.ts';
import { step } from '../../spec/step/step.ts';
import type { Engine } from './engine.ts';

const immer = new Immer();

/**
 * The pure gear: the recipes run on a draft, and what they leave unchanged is shared with the machine before.
 */
export const pureEngine: Engine = {
  name: 'spec',
  step: (world, machine, event) => {
    let exit: Exit | undefined;
    const after = immer.produce(machine, (draft) => {
      exit = step(world, draft, event);
    });
    return { exit: exit as Exit, machine: after };
  },
};
