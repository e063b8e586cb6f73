import { type Model, REFUSED } from '../../../src/checker/model.ts';
import { type Setting, worldOf } from '../setting.ts';
import { wholeStates } from '../whole-states.ts';
import { type Mechanism, Mechanisms } from './mechanism.ts';

/** KVM's machine without some mechanisms. */
export interface MechanismSetting extends Setting {
  /** The only mechanisms whose steps are left in. */
  readonly only: readonly Mechanism[];
}

/**
 * KVM's machine as a model from which the steps of all mechanisms but some are taken out: they are refused like a
 * fault. The mechanisms of all steps that were tried are added to `tried`.
 */
export function mechanismModel(setting: MechanismSetting, tried: Set<Mechanism>): Model {
  const states = wholeStates(worldOf(setting));
  const { model } = states;
  const mechanisms = new Mechanisms(states);
  return {
    ...model,
    identity: JSON.stringify([model.identity, setting]),
    expand: undefined,
    symmetry: () => null,
    step: (buffer, event, wanted) => {
      mechanisms.before(buffer);
      const found = model.step(buffer, event, wanted);
      if (found === REFUSED) return found;
      const by = [...mechanisms.after(buffer, event)];
      for (const mechanism of by) tried.add(mechanism);
      return by.every((mechanism) => setting.only.includes(mechanism)) ? found : REFUSED;
    },
  };
}
