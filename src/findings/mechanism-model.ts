import { type Model, REFUSED } from '../checker/model.ts';
import { createCore } from '../core/create.ts';
import { createModel, type ModelData, worldOf } from '../core/model.ts';
import { type Mechanism, Mechanisms } from './mechanism.ts';

/** KVM's machine without some mechanisms. */
export interface MechanismModelData extends ModelData {
  /** Mechanisms whose steps are taken out; by default the others. */
  readonly without?: readonly Mechanism[];
  /** The only mechanisms whose steps are left in. */
  readonly only?: readonly Mechanism[];
}

/**
 * KVM's machine as a model from which the steps of some mechanisms are taken out: they are refused like a
 * fault. The mechanisms of all steps that were tried are added to `tried`.
 */
export async function createMechanismModel(
  data: MechanismModelData,
  tried: Set<Mechanism> = new Set(),
): Promise<Model> {
  const { without = [], only, ...inner } = data;
  const model = await createModel(inner);
  const world = worldOf(inner);
  const mechanisms = new Mechanisms(world.layout, createCore(world).core);
  const isOut = (mechanism: Mechanism) => without.includes(mechanism) || only?.includes(mechanism) === false;
  return {
    ...model,
    identity: JSON.stringify([model.identity, without, only]),
    expand: undefined,
    symmetry: () => null,
    noted: model.noted,
    step: (buffer, event, wanted) => {
      mechanisms.before(buffer);
      const found = model.step(buffer, event, wanted);
      if (found === REFUSED) return found;
      const by = mechanisms.after(buffer, event);
      let out = false;
      for (const mechanism of by) {
        tried.add(mechanism);
        if (isOut(mechanism)) out = true;
      }
      return out ? REFUSED : found;
    },
  };
}
