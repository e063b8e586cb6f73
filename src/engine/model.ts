import type { Event } from '../../spec/events/event.ts';
import { initialMachine } from '../../spec/layouts/initial.ts';
import { ALWAYS } from '../../spec/properties/always.ts';
import { flushesOrdered } from '../../spec/properties/flushes-ordered.ts';
import type { Always, StateProperty, StepProperty } from '../../spec/properties/property.ts';
import { SOMETIMES } from '../../spec/properties/sometimes.ts';
import { type Model, REFUSED } from '../checker/model.ts';
import { FOUND } from '../core/findings.ts';
import { findingsOf, identityOf, type ModelData, worldOf } from '../core/model.ts';
import { rowLayout } from '../core/row/layout.ts';
import { Packer } from '../core/row/pack.ts';
import { Unpacker } from '../core/row/unpack.ts';
import { symmetryOf } from '../core/symmetry/symmetry.ts';
import { ENGINES, type EngineName } from './engines.ts';

/** What a model of the spec is made from. */
export interface SpecModelData extends ModelData {
  readonly engine: Exclude<EngineName, 'core'>;
}

/**
 * KVM's machine as a model, run by the spec's own recipes and judged by its own properties: each state is read
 * from its row and written back. Slow, and what the core is held against.
 */
export function createModel(data: SpecModelData): Model {
  const world = worldOf(data);
  const rows = rowLayout(world.layout, world.contract);
  const packer = new Packer(world.layout, rows);
  const unpacker = new Unpacker(world.layout, rows);
  const { step } = ENGINES[data.engine];
  const always: readonly Always[] = data.flushesOrdered ? [...ALWAYS, flushesOrdered] : ALWAYS;
  const stateProperties = always.filter((property): property is StateProperty => property.on === 'state');
  const stepProperties = always.filter((property): property is StepProperty => property.on === 'step');

  return {
    identity: identityOf(data),
    words: rows.words,
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
      const taken = { before, event, exit, after };
      let found = 0;
      for (const { name, violation } of stepProperties) {
        if (isWanted(name, wanted) && violation(world, taken) !== null) found |= bitOf(name);
      }
      for (const { name, witnessedBy } of SOMETIMES) {
        if (isWanted(name, wanted) && witnessedBy(world, taken)) found |= bitOf(name);
      }
      return found;
    },
    inspect: (buffer, wanted) => {
      const machine = unpacker.unpack(buffer);
      let found = 0;
      for (const { name, violation } of stateProperties) {
        if (isWanted(name, wanted) && violation(world, machine) !== null) found |= bitOf(name);
      }
      return found;
    },
    symmetry: symmetryOf(world.layout, rows),
  };
}

function bitOf(name: string): number {
  return FOUND[name] as number;
}

function isWanted(name: string, wanted: number): boolean {
  return (wanted & bitOf(name)) !== 0;
}
