import { kernelNamed } from '../../../spec/define/kernel.ts';
import type { World } from '../../../spec/world/world.ts';
import type { Model } from '../../checker/model.ts';
import { memoMachine, modelOf } from '../../engine/memo/model.ts';
import { type LinuxModel, linuxModel } from '../../linux/create.ts';
import type { LinuxCode } from '../linux-code.ts';

/**
 * KVM's machine as a model that takes its steps one by one: for several at a time the engine writes code of its own,
 * which the page's policy does not let run. TLBs are in the states, so that these know how they were reached.
 */
export function plainModel(world: World): Model {
  return { ...modelOf(memoMachine(world, 'whole'), ''), expand: undefined };
}

/** The same of Linux's own code, with what its states were compared by. @throws KernelPanic if it does not begin */
export function plainLinuxModel(
  { module, record }: LinuxCode,
  { contract, layout }: Pick<World, 'contract' | 'layout'>,
): Pick<LinuxModel, 'model' | 'second'> {
  const data = { kernel: kernelNamed(record), contract, layout, tlbs: 'whole' } as const;
  const { model, second } = linuxModel(module, data, '');
  return { model: { ...model, expand: undefined }, second };
}
