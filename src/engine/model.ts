import type { Event } from '../../spec/events/event.ts';
import { initialMachine } from '../../spec/step/initial.ts';
import { type Model, REFUSED } from '../checker/model.ts';
import { findingsOf, identityOf } from '../core/model.ts';
import { rowLayout } from '../core/row/layout.ts';
import { Packer } from '../core/row/pack.ts';
import { Unpacker } from '../core/row/unpack.ts';
import { symmetryOf } from '../core/symmetry/symmetry.ts';
import { ENGINES, type EngineName } from './engines.ts';
import { type OverridableData, worldWithOverrides } from './overrides.ts';
import { stateFindings, stepFindings } from './spec-findings.ts';

/** What a model of the spec is made from. */
export interface SpecModelData extends OverridableData {
  readonly engine: Exclude<EngineName, 'core'>;
}

/**
 * KVM's machine as a model, run by the spec's own recipes and judged by its own properties: each state is read
 * from its row and written back. Slow, and what the core is held against.
 */
export async function createModel(data: SpecModelData): Promise<Model> {
  const world = await worldWithOverrides(data);
  const rows = rowLayout(world.layout, world.contract);
  const packer = new Packer(world.layout, rows);
  const unpacker = new Unpacker(world.layout, rows);
  const { step } = ENGINES[data.engine];
  return {
    identity: `${identityOf(data)}${data.overrides?.digest ?? ''}`,
    words: rows.words,
    facts: 0,
    bufferWords: rows.words,
    events: world.layout.events.length,
    findings: findingsOf(data),
    notes: [],
    noted: new Int32Array(0),
    initial: (buffer) => packer.pack(initialMachine(world), buffer),
    step: (buffer, number, wanted) => {
      const before = unpacker.unpack(buffer);
      const event = world.layout.events[number] as Event;
      const { exit, machine: after } = step(world, before, event);
      if (exit.outcome === '#GP') return REFUSED;
      packer.pack(after, buffer);
      return stepFindings(world, { before, event, exit, after }, wanted);
    },
    inspect: (buffer, wanted) => stateFindings(world, unpacker.unpack(buffer), wanted),
    symmetry: () => symmetryOf(world.layout, rows),
  };
}
