import type { Contract } from '../../spec/contracts/contract.ts';
import type { Kernel } from '../../spec/kernels/decisions.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import type { World } from '../../spec/world/world.ts';
import type { Model } from '../checker/model.ts';
import { KernelPanic } from '../conform/kernel-machine.ts';
import type { WasmModule } from '../conform/web-assembly.ts';
import { GOALS_OF_CODE } from '../engine/memo/goals.ts';
import { canBeApart, type MemoMachine, memoMachine, modelOf } from '../engine/memo/model.ts';
import { reducersWith, setRegisters } from './reducers.ts';
import type { SecondImages } from './second-images.ts';
import { type AheadOf, LinuxStates } from './states.ts';

/** What a model of Linux's own code is made from. */
export interface LinuxModelData {
  /** Says only how roles are made up. */
  readonly kernel: Kernel;
  readonly contract: Contract;
  readonly layout: Layout;
  readonly tlbs: 'apart' | 'whole';
}

/** A model of KVM's machine whose KVM is Linux's own code, and what its states were compared by. */
export interface LinuxModel {
  readonly memo: MemoMachine;
  readonly model: Model;
  readonly second: SecondImages;
  /** The events that lead to a state of the code, by its number there. */
  readonly wayTo: (node: number) => number[];
  /** Why the code gave up at the last event of a trace, in words. */
  readonly whyNot: (trace: readonly number[]) => string;
}

/**
 * The guest's side, the TLBs and the properties are the specification's; what KVM does is the code's.
 *
 * @param identity names the code and what else a search depends on, but for how TLBs are kept
 * @param aheadOf makes those who work out nodes before the search asks for them
 */
export function linuxModel(
  module: WasmModule,
  data: LinuxModelData,
  identity: string,
  aheadOf?: AheadOf,
): LinuxModel {
  const { kernel, contract, layout } = data;
  const world: World = { kernel: { ...kernel, reducers: reducersWith(setRegisters) }, contract, layout };
  const tlbs = data.tlbs === 'apart' && canBeApart(world) ? 'apart' : 'whole';
  let states: LinuxStates | null = null;
  const memo = memoMachine(world, tlbs, {
    kvm: (rows) => {
      states = new LinuxStates(module, rows, aheadOf);
      return states;
    },
  });
  const code = states as unknown as LinuxStates;
  const { start, masks, second } = code;
  const first = new Int32Array(memo.rows.words + (memo.facts?.words ?? 0));
  memo.initial(first);
  if (masks.some((mask, w) => ((first[w] as number) & mask) !== start[w]))
    throw new KernelPanic('before the first event: the code starts otherwise than the specification');
  const model: Model = {
    ...modelOf(memo, JSON.stringify([identity, tlbs]), GOALS_OF_CODE),
    bytes: () => code.bytes,
  };
  return {
    memo,
    model,
    second,
    wayTo: (node) => code.wayTo(node),
    whyNot: (trace) => code.whyNotAfter(trace),
  };
}
