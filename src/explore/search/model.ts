import type { World } from '../../../spec/world/world.ts';
import { type Model, REFUSED } from '../../checker/model.ts';
import { createCore } from '../../core/create.ts';
import { FINDINGS } from '../../core/findings.ts';
import { inspect } from '../../core/properties/inspect.ts';
import { NOTES } from '../../core/row/notes.ts';
import { initial } from '../../core/step/initial.ts';
import { step } from '../../core/step/step.ts';

/**
 * KVM's machine as a model, run by the core's functions as they stand: `createModel` of `src/core/model.ts`
 * writes code of its own, which the page's policy does not let run.
 */
export function plainModel(world: World): Model {
  const { core, events } = createCore(world);
  const { words, bufferWords } = core.layout;
  const copy = (from: Int32Array, to: Int32Array) => {
    for (let i = 0; i < words; i++) to[i] = from[i] as number;
  };
  return {
    identity: '',
    words,
    facts: 0,
    bufferWords,
    events: events.length,
    findings: FINDINGS.slice(0, -1),
    notes: NOTES,
    noted: core.noted,
    initial: (buffer) => {
      initial(core);
      copy(core.row, buffer);
    },
    step: (buffer, event, wanted) => {
      copy(buffer, core.row);
      const found = step(core, events[event] as (typeof events)[number], wanted);
      if (found !== REFUSED) copy(core.row, buffer);
      return found;
    },
    inspect: (buffer, wanted) => {
      copy(buffer, core.row);
      return inspect(core, wanted);
    },
    symmetry: () => null,
  };
}
