import { flushesOrdered } from '../../../spec/properties/flushes-ordered.ts';
import type { World } from '../../../spec/world/world.ts';
import type { Model } from '../../checker/model.ts';
import { identityOf, type WorldData, worldOf } from '../data.ts';
import { symmetryFor } from '../symmetry/held-to.ts';
import { Unpacker } from '../views/unpack.ts';
import { FOUND, GOALS } from './goals.ts';
import { canBeApart, type MemoMachine, memoMachine, modelOf } from './model.ts';

/** What a model of KVM's machine is made from: plain data. */
export interface ModelData extends WorldData {
  /** Whether TLBs are facts beside the states, or part of them. */
  readonly tlbs: 'apart' | 'whole';
  /**
   * Whether the kernel is one of many that this thread is asked about: then what they have in common is worked out once,
   * and kept.
   */
  readonly amongMany?: boolean | undefined;
  /** Also looks for breaches of `flushes-ordered`, which compares whole TLBs: they cannot be apart then. */
  readonly flushesOrdered: boolean;
}

/** How the TLBs are kept that some data asks for: whole where they cannot be apart. */
export async function tlbsOf(data: ModelData): Promise<'apart' | 'whole'> {
  if (data.tlbs === 'whole' || data.flushesOrdered) return 'whole';
  return canBeApart(await worldOf(data)) ? 'apart' : 'whole';
}

/** KVM's machine as a model, run by the spec's own recipes, each path of them carried out once. */
export async function createModel(data: ModelData): Promise<Model> {
  return (await machineAndModel(data)).model;
}

/** The machine on rows, and as a model: for a model that is made from it. */
export async function machineAndModel(data: ModelData): Promise<{ memo: MemoMachine; model: Model }> {
  const world = await worldOf(data);
  const tlbs = await tlbsOf(data);
  const memo = data.amongMany ? sharedMachine(data, world, tlbs) : memoMachine(world, tlbs);
  const model = modelOf(memo, JSON.stringify([identityOf(data), tlbs, data.flushesOrdered]));
  return { memo, model: data.flushesOrdered ? withFlushesOrdered(memo, model) : model };
}

/** Machines that kernels share, by what else they are made from. */
const shared = new Map<string, MemoMachine>();

function sharedMachine(data: ModelData, world: World, tlbs: 'apart' | 'whole'): MemoMachine {
  const { contract, layout, bounds, kernel, overrides } = data;
  const key = JSON.stringify([contract, layout, bounds, tlbs, kernel.smepRole, overrides ?? null]);
  const memo = shared.get(key) ?? memoMachine(world, tlbs, { readsDecisions: true });
  shared.set(key, memo);
  memo.useKernel(data.kernel);
  return memo;
}

function withFlushesOrdered({ world, rows }: MemoMachine, model: Model): Model {
  const unpacker = new Unpacker(world.layout, rows);
  const ordered = FOUND[flushesOrdered.name] as number;
  const judging: Model = {
    ...model,
    goals: GOALS,
    inspect: (buffer, wanted) => {
      const found = model.inspect(buffer, wanted);
      if ((wanted & ordered) === 0 || flushesOrdered.violation(world, unpacker.unpack(buffer)) === null)
        return found;
      return found | ordered;
    },
    symmetry: () => symmetryFor(world, judging, rows, null),
  };
  return judging;
}
