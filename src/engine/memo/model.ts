import { namesOfOwn } from '../../../spec/define/kernel.ts';
import type { Kernel } from '../../../spec/kernels/decisions.ts';
import { CASES } from '../../../spec/properties/cases.ts';
import { heldBy } from '../../../spec/properties/judge.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { sameCr3 } from '../../../spec/state/registers.ts';
import type { Vpid } from '../../../spec/state/tlb.ts';
import type { Vcpu } from '../../../spec/state/vcpu.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import type { World } from '../../../spec/world/world.ts';
import { type FactGroups, type Model, REFUSED } from '../../checker/model.ts';
import { type FactGroup, type FactLayout, factLayout, factsOf, valuationOf } from '../facts/fact-layout.ts';
import { whatMayChange } from '../rows/changes.ts';
import type { RowLayout, TlbsInRows } from '../rows/fields.ts';
import { type RowOptions, rowLayout } from '../rows/layout.ts';
import { symmetryFor } from '../symmetry/held-to.ts';
import { EngineError } from '../views/engine-error.ts';
import { Packer } from '../views/pack.ts';
import { CodeStepper } from './code-stepper.ts';
import { GOALS, type JudgedProperty, PROPERTIES } from './goals.ts';
import { Judge } from './judge.ts';
import type { KvmOnRows } from './kvm-on-rows.ts';
import { NOTES } from './notes.ts';
import { Stepper, type StepperOptions } from './stepper.ts';

/**
 * What a machine on rows holds of TLBs; `none`: nothing, not even the CR3 values that were loaded, for where only what
 * KVM does is asked for.
 */
export type TlbsOfMachine = TlbsInRows | 'none';

/** How a machine is to be. */
export interface MachineOptions extends StepperOptions {
  /** A KVM in place of the recipes'; with no other option. */
  readonly kvm?: (rows: RowLayout) => KvmOnRows;
}

/** A machine on rows, and where everything is in them. */
export interface MemoMachine {
  readonly world: World;
  readonly rows: RowLayout;
  /** Where TLBs are apart: the facts about them; null if they are in the rows. */
  readonly facts: FactLayout | null;
  readonly stepper: Stepper;
  /** Of a machine without the guest's TLB, by which all is judged, it asks nothing. */
  readonly judge: Judge;
  /** Another judge of the same rows and facts. */
  readonly judgeOf: (properties: readonly JudgedProperty[]) => Judge;
  /** Goes on with other decisions, if the stepper reads them like fields; what else a kernel has of its own stays. */
  readonly useKernel: (kernel: Kernel) => void;
  /** Writes the machine at the start into a buffer. */
  readonly initial: (buffer: Int32Array) => void;
}

/**
 * Whether the CR3 values that were loaded can be facts about translations: only where a translation comes in through
 * those of its own PCID alone. A global one, which every PCID sees, may come in through any; and so may one of PCID 0
 * while PCIDE=0, unless what was loaded under other PCIDs has ended by then.
 */
function canKeepLoadedApart({ layout, contract: { refill, endedBy } }: World): boolean {
  const { pge } = whatMayChange(layout.events);
  const hasGlobals = Object.values(layout.memory).some(({ global }) => global);
  return refill === 'loaded' && endedBy['mov-cr4 pcide 1->0'] && !(pge && hasGlobals);
}

/** Whether the TLBs of a world can be kept apart. */
export function canBeApart(world: World): boolean {
  const { smepRole } = world.kernel;
  const options = { tlbs: 'apart', loadedApart: false, strayRoots: false, smepRole } as const;
  return factsFor(world, rowLayout(world.layout, world.contract, options)) !== null;
}

/** No translation, of a machine that is not judged. */
const NO_FACTS: FactLayout = { words: 1, groups: [] };

/** Rows and facts of a world; as much apart as there are facts for. */
function layoutsOf(world: World, tlbs: TlbsOfMachine) {
  const strayRoots = namesOfOwn(world.kernel).length > 0;
  const withRows = (options: Pick<RowOptions, 'tlbs' | 'loadedApart'>) => {
    const rowOptions = { ...options, strayRoots, smepRole: world.kernel.smepRole };
    return { rowOptions, rows: rowLayout(world.layout, world.contract, rowOptions) };
  };
  if (tlbs === 'none') return { ...withRows({ tlbs: 'apart', loadedApart: true }), facts: NO_FACTS };
  if (tlbs === 'hardware') return { ...withRows({ tlbs, loadedApart: false }), facts: NO_FACTS };
  for (const loadedApart of tlbs === 'apart' && canKeepLoadedApart(world) ? [true, false] : [false]) {
    const found = withRows({ tlbs, loadedApart });
    const facts = factsFor(world, found.rows);
    if (facts !== null) return { ...found, facts };
  }
  throw new EngineError('a translation may be held in too many ways');
}

function factsFor({ layout }: World, rows: RowLayout): FactLayout | null {
  return factLayout(rows, { ...whatMayChange(layout.events), loaded: rows.loadedApart });
}

/**
 * A machine on rows.
 *
 * @throws EngineError if TLBs are to be apart, or whole, and a translation may be held in too many ways
 */
export function memoMachine(world: World, tlbs: TlbsOfMachine, options: MachineOptions = {}): MemoMachine {
  const { rows, facts, rowOptions } = layoutsOf(world, tlbs);
  const after = rowLayout(world.layout, world.contract, { ...rowOptions, first: rows.words });
  const judgeOf = (properties: readonly JudgedProperty[]) => new Judge(world, rows, after, facts, properties);
  const isJudged = tlbs === 'apart' || tlbs === 'whole';
  const judge = judgeOf(isJudged ? PROPERTIES : []);
  const cases =
    isJudged && !options.tells ? judgeOf(CASES.map((property) => ({ ...property, always: false }))) : null;
  const beside = tlbs === 'apart' ? facts : null;
  const packer = new Packer(world.layout, rows);
  const stepper =
    options.kvm === undefined
      ? new Stepper(world, rows, beside, judge, cases, options)
      : new CodeStepper(world, rows, beside, judge, cases, options.kvm(rows));
  let inUse = world;
  return {
    world,
    rows,
    facts: beside,
    judge,
    judgeOf,
    stepper,
    useKernel: (kernel) => {
      inUse = { ...world, kernel: { ...world.kernel, ...kernel } };
      stepper.useKernel(kernel);
    },
    initial: (buffer) => {
      const machine = initialMachine(inUse);
      packer.pack(machine, buffer);
      if (beside !== null) putFacts(beside, world, machine, buffer, rows.words);
    },
  };
}

/** Writes the facts about the TLBs of one machine at an offset of a buffer. */
function putFacts(
  facts: FactLayout,
  { layout }: World,
  machine: Machine,
  buffer: Int32Array,
  at: number,
): void {
  const held = machine.vcpus.flatMap((_, cpu) => heldBy(layout, machine, cpu));
  buffer.fill(0, at, at + facts.words);
  for (const group of facts.groups) {
    const one = held.find(
      ({ cpu, pcid, page, frame }) =>
        cpu === group.cpu && pcid === group.pcid && page === group.page && frame === group.frame,
    );
    if (one !== undefined) {
      const loaded = (vpid: Vpid, space: number, low: number) =>
        (machine.vcpus[group.cpu] as Vcpu).tlbs[vpid].loaded.some((cr3) =>
          sameCr3(cr3, { space: layout.spaces[space] as string, low }),
        );
      (buffer[at + group.word] as number) |= 1 << (group.shift + valuationOf(group, one, loaded));
    }
  }
}

/** The machine as a model. */
export function modelOf(
  memo: MemoMachine,
  identity: string,
  goals: Model['goals'] = GOALS.slice(0, -1),
): Model {
  const { world, rows, facts, stepper, initial } = memo;
  const { words } = rows;
  const factWords = facts?.words ?? 0;
  const model: Model = {
    identity,
    words,
    facts: factWords,
    bufferWords: words + factWords,
    events: world.layout.events.length,
    goals,
    notes: NOTES,
    noted: stepper.stages.noted,
    initial: (buffer) => {
      stepper.restart();
      initial(buffer);
    },
    step: (buffer, event, wanted) => stepper.step(buffer, event, wanted),
    expand: (states, at, count, wanted, targets, masks) =>
      stepper.expand(states, at, count, wanted, targets, masks),
    inspect: (buffer, wanted) => stepper.inspect(buffer, wanted),
    symmetry: () => symmetryFor(world, model, rows, facts),
  };
  if (facts === null) return model;
  return {
    ...model,
    count: (states, at) => stepper.countFacts(states, at),
    alone: groupsOf(model, facts, { initial, fill: (buffer) => stepper.fills.fill(buffer, 0) }),
  };
}

/** How a model with facts begins, and what comes to its facts in each state. */
export interface FactsOfModel {
  /** Writes the initial state into a buffer, in the middle of a search. */
  readonly initial: (buffer: Int32Array) => void;
  /** Makes the facts in a buffer those after TLBs took in what they may. */
  readonly fill: (buffer: Int32Array) => void;
}

/** The groups of a model whose facts are those about TLBs. */
export function groupsOf(model: Model, facts: FactLayout, ofModel: FactsOfModel): FactGroups {
  return {
    groups: facts.groups.length,
    model: (group) => alone(model, ofModel, facts.groups[group] as FactGroup, group),
  };
}

/** The same model with what is cached of one translation: the state, and one more than the valuation. */
function alone(model: Model, { initial, fill }: FactsOfModel, group: FactGroup, number: number): Model {
  const { words, events, goals } = model;
  const stride = words + model.facts;
  const source = new Int32Array(model.bufferWords);
  const target = new Int32Array(model.bufferWords);
  const targets = new Int32Array(model.expand === undefined ? 0 : stride * events);
  const at = words + group.word;
  const load = (from: Int32Array, offset: number) => {
    source.fill(0);
    for (let word = 0; word < words; word++) source[word] = from[offset + word] as number;
    source[at] = 1 << (group.shift + (from[offset + words] as number) - 1);
  };
  /** Puts the row in a buffer where a state of this model is. */
  const store = (row: Int32Array, into: Int32Array, offset: number) => {
    const valuation = 31 - Math.clz32((row[at] as number) & factsOf(group)) - group.shift;
    for (let word = 0; word < words; word++) into[offset + word] = row[word] as number;
    into[offset + words] = valuation + 1;
  };
  const { expand, bytes } = model;
  return {
    identity: `${model.identity} ${number}`,
    words: words + 1,
    facts: 0,
    bufferWords: words + 1,
    events,
    goals,
    notes: [],
    noted: new Int32Array(0),
    bytes,
    initial: (buffer) => {
      initial(source);
      store(source, buffer, 0);
    },
    step: (buffer, event, wanted) => {
      load(buffer, 0);
      const found = model.step(source, event, wanted);
      if (found === REFUSED) return found;
      fill(source);
      store(source, buffer, 0);
      return found;
    },
    expand:
      expand &&
      ((states, from, count, wanted, into, masks) => {
        for (let s = 0; s < count; s++) {
          load(states, from + s * (words + 1));
          expand(source, 0, 1, wanted, targets, masks.subarray(s * events, (s + 1) * events));
          for (let event = 0; event < events; event++) {
            if (masks[s * events + event] === REFUSED) continue;
            for (let word = 0; word < stride; word++) target[word] = targets[event * stride + word] as number;
            fill(target);
            store(target, into, (s * events + event) * (words + 1));
          }
        }
      }),
    inspect: (buffer, wanted) => {
      load(buffer, 0);
      return model.inspect(source, wanted);
    },
    symmetry: () => null,
  };
}
