import { type Model, REFUSED, type Symmetry } from './model.ts';

/**
 * Turns a trace through representatives into one that the model itself can follow: each event is renamed back
 * from the representative to the state that it stands for.
 *
 * @throws Error when the model refuses it, which a group of renamings does not let happen
 */
export function concreteTrace(model: Model, symmetry: Symmetry, trace: readonly number[]): number[] {
  const state = new Int32Array(model.bufferWords);
  const copy = new Int32Array(model.bufferWords);
  model.initial(state);
  return trace.map((event) => {
    copy.set(state);
    const concrete = symmetry.eventBefore(symmetry.canonicalize(copy), event);
    if ((model.step(state, concrete, 0) & REFUSED) !== 0)
      throw new Error(`the renamings (${symmetry.renames.join(', ')}) are no symmetry of the model`);
    return concrete;
  });
}
