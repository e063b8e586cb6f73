import type { Event } from '../../../../spec/events/event.ts';
import { CASES } from '../../../../spec/properties/cases.ts';
import { foundInState, foundInStep } from '../../../../spec/properties/judge.ts';
import type { Property, Step } from '../../../../spec/properties/property.ts';
import { copyMachine } from '../../../../spec/schema/copy.ts';
import type { Machine } from '../../../../spec/state/machine.ts';
import { WORK_NAMES } from '../../../../spec/state/work.ts';
import { initialMachine } from '../../../../spec/step/initial.ts';
import { step as specStep } from '../../../../spec/step/step.ts';
import type { World } from '../../../../spec/world/world.ts';
import { REFUSED } from '../../../../src/checker/model.ts';
import { PROPERTIES } from '../../../../src/engine/memo/goals.ts';
import { canBeApart, type MemoMachine, memoMachine } from '../../../../src/engine/memo/model.ts';
import { noteOfCase } from '../../../../src/engine/memo/notes.ts';
import { valueIn } from '../../../../src/engine/rows/field.ts';
import type { RowLayout, TlbsInRows } from '../../../../src/engine/rows/fields.ts';
import { EVERY_GOAL, namesOf } from '../../../../src/engine/spec-goals.ts';
import { Packer } from '../../../../src/engine/views/pack.ts';
import { putFactsOf } from './concrete.ts';

/** What the spec made of an event. */
export interface SpecStep extends Step {
  readonly exit: ReturnType<typeof specStep>;
  /** What is found in it, and not only in the state behind it. */
  readonly found: number;
}

/** One way to keep rows, held against the spec's machine. */
class Side {
  readonly memo: MemoMachine;
  private readonly tlbs: TlbsInRows;
  private readonly packer: Packer;
  private readonly stride: number;
  private readonly row: Int32Array;
  private readonly expected: Int32Array;
  private readonly targets: Int32Array;
  private readonly masks: Int32Array;
  private expands = false;

  constructor(tlbs: TlbsInRows, memo: MemoMachine) {
    const { world } = memo;
    this.tlbs = tlbs;
    this.memo = memo;
    const { rows, facts } = this.memo;
    this.packer = new Packer(world.layout, rows);
    this.stride = rows.words + (facts?.words ?? 0);
    this.row = new Int32Array(this.stride);
    this.expected = new Int32Array(this.stride);
    this.targets = new Int32Array(this.stride * world.layout.events.length);
    this.masks = new Int32Array(world.layout.events.length);
  }

  /** Whether rows say enough of TLBs for goals. */
  private get judges(): boolean {
    return this.tlbs !== 'hardware';
  }

  start(machine: Machine): string | null {
    this.put(machine, this.expected);
    this.memo.stepper.restart();
    this.memo.initial(this.row);
    return this.compareRows('at the start');
  }

  private put(machine: Machine, into: Int32Array): void {
    const { world, rows, facts } = this.memo;
    this.packer.pack(machine, into);
    if (facts !== null) putFactsOf(world.layout, machine, facts, into, rows.words);
  }

  /** Asks for goals of a state, and takes all its steps at once if they are to be compared too. */
  enter(machine: Machine, found: number, expands: boolean): string | null {
    const { stepper } = this.memo;
    this.expands = expands;
    this.put(machine, this.row);
    if (this.judges) {
      const theirs = stepper.inspect(this.row, EVERY_GOAL);
      if (theirs !== found) return `goals of the state: ${namesOf(found)}, not ${namesOf(theirs)}`;
    }
    if (expands) stepper.expand(this.row, 0, 1, EVERY_GOAL, this.targets, this.masks);
    return null;
  }

  /** @param after null if the event is refused */
  compareStep(before: Machine, number: number, after: SpecStep | null): string | null {
    const { stepper, facts } = this.memo;
    if (after !== null) this.put(after.after as Machine, this.expected);
    const at = number * this.stride;
    const mask = this.masks[number] as number;
    for (const way of this.expands ? ['one of all', 'alone'] : ['alone']) {
      let found = mask;
      if (way === 'alone') {
        this.put(before, this.row);
        found = stepper.step(this.row, number, EVERY_GOAL);
      } else this.row.set(this.targets.subarray(at, at + this.stride));
      if ((found & REFUSED) !== 0 || after === null) {
        if (found !== REFUSED || after !== null) return `${way}: refused ${after === null}, not ${found}`;
        continue;
      }
      if (facts !== null) stepper.fills.fill(this.row, 0);
      const wrong = this.compareRows(way);
      if (wrong !== null) return wrong;
      if (this.judges && found !== after.found)
        return `${way}: goals of the step: ${namesOf(after.found)}, not ${namesOf(found)}`;
    }
    if (after === null) return null;
    const work = WORK_NAMES.map((name) => (after.after as Machine).work[name]);
    if (stepper.workDone().join() !== work.join()) return `work ${work}, not ${stepper.workDone()}`;
    if (this.tlbs === 'hardware' && stepper.framesSeen().join() !== after.exit.sees.join())
      return `sees ${after.exit.sees}, not ${stepper.framesSeen()}`;
    return null;
  }

  /** The cases that it noted, as a mask. */
  cases(): number {
    const { noted } = this.memo.stepper.stages;
    return CASES.reduce((mask, _, number) => {
      const note = noteOfCase(number);
      return mask | ((((noted[note >>> 5] as number) >>> (note & 31)) & 1) << number);
    }, 0);
  }

  private compareRows(where: string): string | null {
    const { rows } = this.memo;
    for (let word = 0; word < this.stride; word++) {
      if (this.row[word] === this.expected[word]) continue;
      const named = `${this.tlbs}, ${where}: ${firstField(rows, this.expected, this.row)}`;
      return word < rows.words ? named : `${named}, facts ${hex(this.expected)} not ${hex(this.row)}`;
    }
    return null;
  }
}

function hex(row: Int32Array): string {
  return [...row].map((word) => (word >>> 0).toString(16)).join(' ');
}

function firstField(rows: RowLayout, expected: Int32Array, row: Int32Array): string {
  const field = rows.fields.find((each) => valueIn(expected, each) !== valueIn(row, each));
  return field === undefined
    ? 'no field'
    : `${field.name} is ${valueIn(expected, field)}, not ${valueIn(row, field)}`;
}

function machineFor(world: World, tlbs: TlbsInRows): MemoMachine {
  return memoMachine(world, tlbs, { tells: tlbs === 'hardware' });
}

/** How two machines are held against each other. */
export interface SideBySideOptions {
  /** The ways to keep TLBs. By default all, but apart only where they can be. */
  readonly ways?: readonly TlbsInRows[];
  /** Spoils a memo before it is used. */
  readonly seed?: (memo: MemoMachine) => void;
  /** Makes one; `memoMachine` by default. */
  readonly make?: (world: World, tlbs: TlbsInRows) => MemoMachine;
}

/** The spec's recipes on plain machines, and the memo in all its ways: both do the same, and what differs is told. */
export class SideBySide {
  readonly world: World;
  private readonly sides: readonly Side[];
  private casesArisen = 0;

  constructor(world: World, { ways, seed = () => {}, make = machineFor }: SideBySideOptions = {}) {
    const all: readonly TlbsInRows[] = [
      'whole',
      'hardware',
      ...(canBeApart(world) ? (['apart'] as const) : []),
    ];
    this.world = world;
    this.sides = (ways ?? all).map((tlbs) => {
      const memo = make(world, tlbs);
      seed(memo);
      return new Side(tlbs, memo);
    });
  }

  /** @throws Error if the machines differ at the start */
  start(): Machine {
    const machine = initialMachine(this.world);
    this.casesArisen = 0;
    for (const side of this.sides) expectNone(side.start(machine), 'at the start');
    return machine;
  }

  /** Takes every event in a machine on all sides; by event, what `take` gives. @throws Error if they differ */
  takeAll(before: Machine): (Machine | null)[] {
    this.enter(before, true);
    return this.world.layout.events.map((_, number) => this.takeEntered(before, number));
  }

  /**
   * Takes an event in a machine on all sides.
   *
   * @param expands whether the memo also takes all the steps of the state at once
   * @returns the machine after it, null if it is refused
   * @throws Error if they differ
   */
  take(before: Machine, number: number, expands = false): Machine | null {
    this.enter(before, expands);
    return this.takeEntered(before, number);
  }

  private enter(before: Machine, expands: boolean): void {
    const { world, sides } = this;
    const found = maskOf(PROPERTIES, (property) => foundInState(property, world, before));
    this.casesArisen |= maskOf(CASES, (property) => foundInState(property, world, before));
    for (const side of sides) expectNone(side.enter(before, found, expands), 'in the state');
  }

  private takeEntered(before: Machine, number: number): Machine | null {
    const event = this.world.layout.events[number] as Event;
    const taken = this.stepOfSpec(before, event);
    for (const side of this.sides) expectNone(side.compareStep(before, number, taken), JSON.stringify(event));
    return (taken?.after as Machine | undefined) ?? null;
  }

  /** Says where the cases that were noted are not those that arose. */
  wrongCases(): string | null {
    for (const side of this.sides) {
      const noted = side.cases();
      if (side.memo.rows.tlbs !== 'hardware' && noted !== this.casesArisen)
        return `${side.memo.rows.tlbs}: cases ${this.casesArisen.toString(2)}, not ${noted.toString(2)}`;
    }
    return null;
  }

  private stepOfSpec(before: Machine, event: Event): SpecStep | null {
    const { world } = this;
    const after = copyMachine(before);
    const exit = specStep(world, after, event);
    if (exit.outcome === '#GP') return null;
    const step = { before, event, exit, after };
    this.casesArisen |= maskOf(CASES, (property) => foundInStep(property, world, step));
    return { ...step, found: maskOf(PROPERTIES, (property) => foundInStep(property, world, step)) };
  }
}

/** The properties of which something is found, property i as bit i. */
function maskOf(properties: readonly Property[], ask: (property: Property) => string | null): number {
  return properties.reduce((mask, property, i) => (ask(property) === null ? mask : mask | (1 << i)), 0);
}

function expectNone(wrong: string | null, where: string): void {
  if (wrong !== null) throw new Error(`${where}: ${wrong}`);
}
