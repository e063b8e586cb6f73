import type { World } from '../../../spec/world/world.ts';
import type { Model } from '../../checker/model.ts';
import { memoMachine, modelOf } from '../../engine/memo/model.ts';

/**
 * KVM's machine as a model that takes its steps one by one: for several at a time the engine writes code of its own,
 * which the page's policy does not let run. TLBs are in the states, so that these know how they were reached.
 */
export function plainModel(world: World): Model {
  return { ...modelOf(memoMachine(world, 'whole'), ''), expand: undefined };
}
