import type { Event } from '../../spec/events/event.ts';
import { initialMachine } from '../../spec/step/initial.ts';
import type { World } from '../../spec/world/world.ts';
import { type Model, REFUSED } from '../checker/model.ts';
import { identityOf, type WorldData, worldOf } from './data.ts';
import { ENGINES, type EngineName } from './engines.ts';
import { GOALS } from './memo/goals.ts';
import { kernelView } from './memo/kernel-view.ts';
import { KERNEL_NOTES, NOTES } from './memo/notes.ts';
import { rowLayout } from './rows/layout.ts';
import { stateGoals, stepGoals } from './spec-goals.ts';
import { symmetryFor } from './symmetry/held-to.ts';
import { Packer } from './views/pack.ts';
import { Unpacker } from './views/unpack.ts';

/** What a model of the spec is made from. */
export interface SpecModelData extends WorldData {
  readonly engine: EngineName;
  readonly flushesOrdered: boolean;
}

/**
 * KVM's machine as a model, each step carried out by the spec's own recipes and judged by its own properties: each
 * state is read from its row and written back. Slow, and what the memo is held against.
 */
export async function createModel(data: SpecModelData): Promise<Model> {
  const world = await worldOf(data);
  const strayRoots = data.overrides !== undefined;
  const { smepRole } = world.kernel;
  const options = { tlbs: 'whole', loadedApart: false, strayRoots, smepRole } as const;
  const rows = rowLayout(world.layout, world.contract, options);
  const packer = new Packer(world.layout, rows);
  const unpacker = new Unpacker(world.layout, rows);
  const { step } = ENGINES[data.engine];
  const noted = new Int32Array(Math.ceil(KERNEL_NOTES / 32));
  const note = (number: number) => {
    (noted[number >>> 5] as number) |= 1 << (number & 31);
  };
  const noting: World = { ...world, kernel: kernelView(world.kernel, note) };
  const model: Model = {
    identity: JSON.stringify([identityOf(data), data.engine, data.flushesOrdered]),
    words: rows.words,
    facts: 0,
    bufferWords: rows.words,
    events: world.layout.events.length,
    goals: data.flushesOrdered ? GOALS : GOALS.slice(0, -1),
    notes: NOTES.slice(0, KERNEL_NOTES),
    noted,
    initial: (buffer) => packer.pack(initialMachine(world), buffer),
    step: (buffer, number, wanted) => {
      const before = unpacker.unpack(buffer);
      const event = world.layout.events[number] as Event;
      const { exit, machine: after } = step(noting, before, event);
      if (exit.outcome === '#GP') return REFUSED;
      packer.pack(after, buffer);
      return stepGoals(world, { before, event, exit, after }, wanted);
    },
    inspect: (buffer, wanted) => stateGoals(world, unpacker.unpack(buffer), wanted),
    symmetry: () => symmetryFor(world, model, rows, null),
  };
  return model;
}
