import type { Kernel } from '../../../spec/kernels/decisions.ts';
import { CASES } from '../../../spec/properties/cases.ts';
import type { Frame } from '../../../spec/state/names.ts';
import { WORK_NAMES } from '../../../spec/state/work.ts';
import type { World } from '../../../spec/world/world.ts';
import { REFUSED } from '../../checker/model.ts';
import type { FactLayout } from '../facts/fact-layout.ts';
import { runFacts } from '../facts/fact-program.ts';
import type { RowLayout, VcpuFields } from '../rows/fields.ts';
import { EngineError } from '../views/engine-error.ts';
import { type Composite, composeEffects } from './composite.ts';
import { EFFECT_HEAD, FLAG } from './effects.ts';
import { type ExpandSome, expandCode, type StepTables } from './expand-code.ts';
import { Fills } from './fills.ts';
import { GAVE_UP_BIT } from './goals.ts';
import type { Judge } from './judge.ts';
import { bookkeepingOf, NodeSteps, OTHER, PLAIN, REFUSING } from './node-steps.ts';
import { noteOfCase } from './notes.ts';
import { REQUEST_SETS, Stages } from './stages.ts';
import { exchangeInRow } from './tlbs-in-rows.ts';
import { WideTrees } from './wide-trees.ts';

/** States expanded between two of which a step is carried out again, besides the first that have each effect. */
const RECHECK = 1 << 11;

/** How a stepper is to be. */
export interface StepperOptions {
  /** Whether `step` also tells which frames the processor may have read; only where rows hold the hardware's TLBs. */
  readonly tells?: boolean;
  /** Whether decisions are read like fields, so that kernels can share what they have in common. */
  readonly readsDecisions?: boolean;
}

/** In place of the requests of a step, which are a mask: it came to no end. */
export const NO_END = -1;

/**
 * KVM's machine on rows: each step is looked up by what it reads, and carried out by the spec's recipes where nobody
 * has read that before.
 *
 * A row is the words of a state and, where TLBs are apart, the words of its facts.
 */
export class Stepper {
  readonly stages: Stages;
  protected readonly rows: RowLayout;
  private readonly wide: WideTrees;
  private readonly judge: Judge;
  protected readonly events: number;
  /** By vCPU: where its row says whether it has a root. */
  private readonly roots: readonly { readonly word: number; readonly bit: number }[];
  protected readonly factWords: number;
  protected readonly tables: StepTables;
  /** Made when it is first needed: where no code may be made from text, steps are taken one by one. */
  private expandSome: ExpandSome | null = null;
  private readonly cases: Judge | null;
  /** The cases that have not arisen, as a mask; and those that may arise in states. */
  private casesLeft: number;
  private readonly stateCases: number;
  /** What comes into TLBs after each step. */
  readonly fills: Fills;
  private readonly states: Int32Array;
  private readonly single: Int32Array;
  private readonly targets: Int32Array;
  private untilRecheck = RECHECK;
  private checkedEvent = 0;
  /** Where rows keep TLBs: the bits that decide what KVM does, and the steps of states that differ in no others. */
  private readonly nodeMasks: Int32Array;
  private readonly nodeSteps: NodeSteps | null;
  /** The effects of the step that was taken last. */
  private readonly done: number[] = [];
  private seen: readonly Frame[] = [];
  private readonly tells: boolean;

  /** @param facts null if TLBs are in the rows */
  constructor(
    world: World,
    rows: RowLayout,
    facts: FactLayout | null,
    judge: Judge,
    cases: Judge | null,
    { tells = false, readsDecisions = false }: StepperOptions = {},
  ) {
    const stages = new Stages(world, rows, facts, readsDecisions);
    this.tells = tells;
    const events = world.layout.events.length;
    this.stages = stages;
    this.wide = new WideTrees(stages.works);
    this.rows = rows;
    this.judge = judge;
    this.cases = cases;
    this.casesLeft = cases === null ? 0 : 2 ** CASES.length - 1;
    this.stateCases = cases?.ofStates ?? 0;
    this.events = events;
    this.factWords = facts?.words ?? 0;
    this.roots = rows.vcpus.map(({ root }) => ({ word: root.valid.word, bit: 1 << root.valid.shift }));
    const stride = rows.words + this.factWords;
    this.states = new Int32Array(stride);
    this.single = new Int32Array(stride);
    this.targets = new Int32Array(stride);
    const row = new Int32Array(stages.rowWords);
    const fills = new Fills(stages, rows, row);
    this.fills = fills;
    this.tables = {
      nodes: this.wide.nodes,
      roots: this.wide.roots,
      effects: stages.effects.words,
      programs: stages.effects.programs,
      judged: new Uint8Array(events),
      row,
      facts: new Int32Array(Math.max(1, this.factWords)),
      cpuOf: Int32Array.from(world.layout.events, ({ cpu }) => cpu),
      find: (tree) => this.find(tree),
      check: (tree, effect) => {
        stages.check(tree, this.tables.row, effect);
        this.follow();
      },
      apply: (effect) => this.apply(effect),
      enterAll: (cpu) => this.enterAll(cpu),
      judge: (states, at, targets, toAt, event, raised, wanted) => {
        const beside = facts === null ? null : targets;
        const factsAt = toAt + rows.words;
        if (this.casesLeft !== 0 && cases !== null)
          this.note(
            cases.inspectStep(states, at, targets, toAt, event, raised, beside, factsAt, this.casesLeft),
          );
        return judge.inspectStep(states, at, targets, toAt, event, raised, beside, factsAt, wanted);
      },
      fillRow: (targets, at) => fills.fillRow(targets, at),
    };
    stages.putKernel(this.tables.row, world.kernel);
    this.nodeMasks = Int32Array.from({ length: rows.words }, (_, word) => bookkeepingOf(rows, word));
    this.nodeSteps =
      facts !== null || readsDecisions
        ? null
        : new NodeSteps(rows.words, {
            events,
            masks: this.nodeMasks,
            verdict: (states, at) => {
              for (let w = 0; w < rows.words; w++) this.states[w] = states[at + w] as number;
              return judge.verdictOf(this.states);
            },
            work: (states, at, event, wanted, into) => this.workComposite(states, at, event, wanted, into),
            take: (states, at, event, wanted, targets, toAt) => {
              const { single } = this;
              for (let w = 0; w < rows.words; w++) single[w] = states[at + w] as number;
              const found = this.step(single, event, wanted);
              for (let w = 0; w < rows.words; w++) targets[toAt + w] = single[w] as number;
              return found;
            },
          });
  }

  private makeExpandSome(): ExpandSome {
    const { rows, factWords, events, roots, stages } = this;
    return expandCode({
      words: rows.words,
      factWords,
      events,
      roots,
      ofVcpus: Array.from(
        { length: rows.words },
        (_, word) => rows.ofVcpus.find((each) => each.word === word)?.mask ?? 0,
      ),
      readsBeyond: stages.rowWords > stages.stepWords,
    });
  }

  /** Goes on with another kernel, where decisions are read like fields. */
  useKernel(kernel: Kernel): void {
    this.stages.putKernel(this.tables.row, kernel);
  }

  /** Where nothing is noted any more: each effect is carried out again, and noted, when it is next met. */
  restart(): void {
    const { stages, cases } = this;
    if (stages.noted.some((word) => word !== 0)) return;
    stages.effects.uncheck();
    this.nodeSteps?.forget();
    this.casesLeft = cases === null ? 0 : 2 ** CASES.length - 1;
  }

  /** Takes all steps of some states: see `Expand`. */
  expand(
    states: Int32Array,
    from: number,
    count: number,
    wanted: number,
    targets: Int32Array,
    masks: Int32Array,
  ): void {
    if (this.nodeSteps !== null) {
      this.wide.refresh();
      this.nodeSteps.expand(states, from, count, wanted, targets, masks);
      this.untilRecheck -= count;
      if (this.untilRecheck <= 0) this.recheckNode(states, from, wanted, targets, masks);
      return;
    }
    this.expandApart(states, from, count, wanted, targets, masks);
  }

  /** The same where steps are not taken by nodes. */
  protected expandApart(
    states: Int32Array,
    from: number,
    count: number,
    wanted: number,
    targets: Int32Array,
    masks: Int32Array,
  ): void {
    const { factWords, tables, judge } = this;
    this.expandSome ??= this.makeExpandSome();
    this.done.length = 0;
    const stride = this.rows.words + factWords;
    tables.judged.fill(0);
    judge.attend(tables.judged, wanted);
    if (this.casesLeft !== 0) this.cases?.attend(tables.judged, this.casesLeft);
    if (this.wide.refresh()) {
      tables.nodes = this.wide.nodes;
      tables.roots = this.wide.roots;
    }
    // With the facts that the states have once TLBs took in what they may.
    if (factWords > 0) for (let s = 0; s < count; s++) this.fills.fill(states, from + s * stride);
    this.expandSome(tables, states, from, count, wanted, targets, masks);
    if (factWords > 0) for (let s = 0; s < count; s++) this.fills.close(states, from + s * stride);
    this.untilRecheck -= count;
    if (this.untilRecheck <= 0) this.recheck(states, from);
  }

  /** Takes a step in a buffer; its goals, or REFUSED. */
  step(buffer: Int32Array, event: number, wanted: number): number {
    const { targets, rows, factWords } = this;
    const { words } = rows;
    if (factWords > 0) this.fills.fill(buffer, 0);
    const found = this.take(buffer, 0, event, wanted, targets, 0);
    if (found === REFUSED) return found;
    if (factWords === 0) this.fills.fillRow(targets, 0);
    for (let w = 0; w < words + factWords; w++) buffer[w] = targets[w] as number;
    return found;
  }

  /**
   * Takes a step from a state at an offset; its goals, or REFUSED. A state of whose step there is no end stays as it
   * is, which is a goal.
   */
  protected take(
    states: Int32Array,
    at: number,
    event: number,
    wanted: number,
    targets: Int32Array,
    toAt: number,
  ): number {
    const { tables, rows, factWords } = this;
    const { row, facts } = tables;
    const { words } = rows;
    this.done.length = 0;
    const raised = this.carryOut(states, at, event);
    if (raised === REFUSED) return REFUSED;
    if (raised === NO_END) {
      for (let w = 0; w < words + factWords; w++) targets[toAt + w] = states[at + w] as number;
      return GAVE_UP_BIT & wanted;
    }
    for (let w = 0; w < words; w++) targets[toAt + w] = row[w] as number;
    for (let w = 0; w < factWords; w++) targets[toAt + words + w] = facts[w] as number;
    return tables.judge(states, at, targets, toAt, event, raised, wanted);
  }

  /** Carries out an event in the row, up to and with the entries: the requests that were raised, REFUSED, or NO_END. */
  protected carryOut(states: Int32Array, at: number, event: number): number {
    const { tables, rows } = this;
    if (this.handle(states, event, at)) return REFUSED;
    if (this.tells) this.seen = this.stages.sees(event, tables.row);
    const cpu = tables.cpuOf[event] as number;
    const raised = tables.row[rows.words + cpu] as number;
    this.enterAll(cpu);
    return raised;
  }

  /** Carries out the handler of an event from the state in a buffer, in the row; whether it is refused. */
  protected handle(buffer: Int32Array, event: number, at: number): boolean {
    const { stages, tables, rows, factWords } = this;
    const { row, facts } = tables;
    const { words } = rows;
    for (let w = 0; w < words; w++) row[w] = buffer[at + w] as number;
    for (let w = words; w < stages.stepWords; w++) row[w] = 0;
    for (let w = 0; w < factWords; w++) facts[w] = buffer[at + words + w] as number;
    const effect = this.wide.find(event, row) || this.find(event);
    if (((stages.effects.words[effect] as number) & FLAG.checked) === 0) tables.check(event, effect);
    if (((stages.effects.words[effect] as number) & FLAG.refused) !== 0) return true;
    this.apply(effect);
    return false;
  }

  /** How many facts there are of the state at an offset of `states`. */
  countFacts(states: Int32Array, at: number): number {
    const { rows, factWords } = this;
    const { words } = rows;
    for (let w = 0; w < words + factWords; w++) this.states[w] = states[at + w] as number;
    this.fills.fill(this.states, 0);
    let count = 0;
    for (let w = words; w < words + factWords; w++) count += bitsIn(this.states[w] as number);
    return count;
  }

  /** What the step that was taken last by `step` cost, by number of a count. */
  workDone(): number[] {
    const { effects } = this.stages;
    return WORK_NAMES.map((_, i) =>
      this.done.reduce((sum, effect) => sum + (effects.toldBy(effect).work[i] as number), 0),
    );
  }

  /** The frames that the processor may have read in it, if the steps tell. */
  framesSeen(): readonly Frame[] {
    return this.seen;
  }

  /** The goals of the state in a buffer. */
  inspect(buffer: Int32Array, wanted: number): number {
    const { states, rows, factWords, judge, cases, casesLeft } = this;
    let [row, facts]: [Int32Array, Int32Array | null] = [buffer, null];
    const casesOfStates = casesLeft & this.stateCases;
    if (this.nodeSteps !== null && casesOfStates === 0)
      return judge.foundBy(this.nodeSteps.verdict(buffer, 0), buffer) & wanted;
    if (factWords > 0) {
      for (let w = 0; w < rows.words + factWords; w++) states[w] = buffer[w] as number;
      this.fills.fill(states, 0);
      row = states;
      facts = states;
    }
    if (casesOfStates !== 0 && cases !== null)
      this.note(cases.inspect(row, facts, rows.words, casesOfStates));
    return judge.inspect(row, facts, rows.words, wanted);
  }

  /** Notes cases that have arisen. */
  private note(arisen: number): void {
    if (arisen === 0) return;
    this.casesLeft &= ~arisen;
    const { noted } = this.stages;
    for (const number of CASES.keys()) {
      const note = noteOfCase(number);
      if ((arisen >>> number) & 1) (noted[note >>> 5] as number) |= 1 << (note & 31);
    }
  }

  /** The effect of a piece of work on the row, which the wide trees do not know. */
  private find(tree: number): number {
    const { stages, tables, wide } = this;
    wide.ask();
    const effect = stages.works.find(tree, tables.row) || stages.work(tree, tables.row);
    this.follow();
    return effect;
  }

  /** Takes over tables that have grown. */
  private follow(): void {
    const { tables, stages } = this;
    tables.effects = stages.effects.words;
    tables.programs = stages.effects.programs;
  }

  /** Takes one step from a state by itself, which must lead where that of its node does. */
  private recheckNode(
    states: Int32Array,
    at: number,
    wanted: number,
    targets: Int32Array,
    masks: Int32Array,
  ): void {
    const { words } = this.rows;
    this.recheck(states, at);
    const event = this.checkedEvent;
    const buffer = states.slice(at, at + words);
    const found = this.step(buffer, event, wanted);
    const same = buffer.every((word, w) => word === targets[event * words + w]);
    if (found !== masks[event] || (found !== REFUSED && !same))
      throw new EngineError('cannot happen: a step of a state is none of its node');
  }

  /** Works out what a step does to every row of a node: see `NodeSource`. */
  private workComposite(
    states: Int32Array,
    at: number,
    event: number,
    wanted: number,
    composite: Composite,
  ): number {
    const { rows, tables, stages, states: before, nodeMasks, judge, cases, casesLeft } = this;
    const { words } = rows;
    const { row } = tables;
    for (let w = 0; w < words; w++) before[w] = (states[at + w] as number) & (nodeMasks[w] as number);
    this.done.length = 0;
    const raised = this.carryOut(before, 0, event);
    if (raised === NO_END) return OTHER;
    if (raised === REFUSED) return REFUSING;
    const wants = (each: Judge, what: number) => !each.isQuietStep(before, 0, row, 0, event, raised, what);
    if (wants(judge, wanted) || (cases !== null && casesLeft !== 0 && wants(cases, casesLeft))) return OTHER;
    if (!composeEffects(composite, this.done, words, stages.effects)) return OTHER;
    this.addTo(composite);
    this.fills.addTo(composite, row);
    return PLAIN;
  }

  /** Adds to a composite what the step that was carried out last did besides its effects. */
  protected addTo(_: Composite): void {}

  /** Carries out one step from a state again. */
  private recheck(states: Int32Array, at: number): void {
    this.untilRecheck = RECHECK;
    const { stages, tables, rows } = this;
    const { row } = tables;
    this.checkedEvent = (this.checkedEvent + 7) % this.events;
    const event = this.checkedEvent;
    for (let w = 0; w < rows.words; w++) row[w] = states[at + w] as number;
    for (let w = rows.words; w < stages.stepWords; w++) row[w] = 0;
    const effect = stages.works.find(event, row);
    if (effect !== 0) tables.check(event, effect);
  }

  /** Does to the row and the facts what an effect says. */
  private apply(effect: number): void {
    this.done.push(effect);
    const { row, facts } = this.tables;
    const { words, programs } = this.stages.effects;
    const { stepWords } = this.stages;
    for (let w = 0, next = effect + EFFECT_HEAD; w < stepWords; w++, next += 2)
      row[w] = ((row[w] as number) & (words[next] as number)) | (words[next + 1] as number);
    runFacts(programs, words[effect + 1] as number, words[effect + 2] as number, facts, 0);
    const exchanging = Math.floor((words[effect] as number) / FLAG.exchanges);
    if (exchanging > 0) exchangeInRow(this.rows.vcpus[exchanging - 1] as VcpuFields, row);
  }

  /** Every vCPU that has something to do enters its guest: first that of the event, then any, one after the other. */
  private enterAll(cpu: number): void {
    const { stages, events, roots, tables } = this;
    const { row } = tables;
    const { words } = this.rows;
    for (let vcpu = cpu, begun = false; vcpu < roots.length; ) {
      const { word, bit } = roots[vcpu] as (typeof roots)[number];
      const requests = row[words + vcpu] as number;
      if (requests === 0 && ((row[word] as number) & bit) !== 0) {
        vcpu = begun ? vcpu + 1 : 0;
        begun = true;
        continue;
      }
      const tree = events + vcpu * REQUEST_SETS + requests;
      const effect = this.wide.find(tree, row) || this.find(tree);
      if (((stages.effects.words[effect] as number) & FLAG.checked) === 0) tables.check(tree, effect);
      this.apply(effect);
      vcpu = 0;
      begun = true;
    }
  }
}

/** The bits that are set. */
function bitsIn(word: number): number {
  let left = word;
  let count = 0;
  for (; left !== 0; left &= left - 1) count++;
  return count;
}
