import type { Event } from '../../../spec/events/event.ts';
import { heldBy } from '../../../spec/properties/judge.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import type { World } from '../../../spec/world/world.ts';
import type { Model } from '../../checker/model.ts';
import { type FactLayout, factLayout, valuationOf } from '../facts/fact-layout.ts';
import { whatMayChange } from '../rows/changes.ts';
import type { RowLayout, TlbsInRows } from '../rows/fields.ts';
import { rowLayout } from '../rows/layout.ts';
import { Packer } from '../rows/pack.ts';
import { FINDINGS } from './findings.ts';
import { Judge } from './judge.ts';
import { NOTES } from './notes.ts';
import { Stepper } from './stepper.ts';

/** A machine on rows, and where everything is in them. */
export interface MemoMachine {
  readonly world: World;
  readonly rows: RowLayout;
  /** Where TLBs are apart: the facts about them; null if they are in the rows. */
  readonly facts: FactLayout | null;
  readonly stepper: Stepper;
  readonly initial: (buffer: Int32Array) => void;
}

export function memoMachine(world: World, tlbs: TlbsInRows): MemoMachine {
  const strayRoots = world.kernel.reducers !== undefined;
  const options = { tlbs, strayRoots };
  const rows = rowLayout(world.layout, world.contract, options);
  const after = rowLayout(world.layout, world.contract, { ...options, first: rows.words });
  const facts = factLayout(rows, whatMayChange(world.layout.events));
  if (facts === null) throw new Error('too many holders');
  const judge = new Judge(world, rows, after, facts);
  const beside = tlbs === 'apart' ? facts : null;
  return {
    world,
    rows,
    facts: beside,
    stepper: new Stepper(world, rows, beside, judge),
    initial: (buffer) => {
      const machine = initialMachine(world);
      new Packer(world.layout, rows).pack(machine, buffer);
      if (beside !== null) putFacts(beside, world, machine, buffer, rows.words);
    },
  };
}

/** Writes the facts about the TLBs of one machine at an offset of a buffer. */
function putFacts(facts: FactLayout, { layout }: World, machine: Machine, buffer: Int32Array, at: number): void {
  const held = machine.vcpus.flatMap((_, cpu) => heldBy(layout, machine, cpu));
  buffer.fill(0, at, at + facts.words);
  for (const group of facts.groups) {
    const one = held.find(
      ({ cpu, pcid, page, frame }) =>
        cpu === group.cpu && pcid === group.pcid && page === group.page && frame === group.frame,
    );
    if (one !== undefined) (buffer[at + group.word] as number) |= 1 << (group.shift + valuationOf(group, one));
  }
}

export function memoModel(world: World, tlbs: TlbsInRows): Model {
  const { rows, facts, stepper, initial } = memoMachine(world, tlbs);
  const words = rows.words;
  return {
    identity: '',
    words,
    facts: facts?.words ?? 0,
    bufferWords: words + (facts?.words ?? 0),
    events: (world.layout.events as readonly Event[]).length,
    findings: FINDINGS.slice(0, -1),
    notes: NOTES,
    noted: stepper.stages.noted,
    initial,
    step: (buffer, event, wanted) => stepper.step(buffer, event, wanted),
    expand: (states, at, count, wanted, out, masks) => stepper.expand(states, at, count, wanted, out, masks),
    inspect: (buffer, wanted) => stepper.inspect(buffer, wanted),
    symmetry: () => null,
    stats: () => ({ paths: stepper.stages.works.paths, nodes: stepper.stages.works.bytes }),
  } as Model;
}
