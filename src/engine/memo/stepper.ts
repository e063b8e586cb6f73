import { CASES } from '../../../spec/properties/cases.ts';
import type { Frame } from '../../../spec/state/names.ts';
import { WORK_NAMES } from '../../../spec/state/work.ts';
import type { World } from '../../../spec/world/world.ts';
import { REFUSED } from '../../checker/model.ts';
import type { FactLayout } from '../facts/fact-layout.ts';
import { addFactsBefore, runFacts } from '../facts/fact-program.ts';
import type { RowLayout, VcpuFields } from '../rows/fields.ts';
import { EFFECT_HEAD, FLAG } from './effects.ts';
import { type ExpandOne, expandCode, type StepTables } from './expand-code.ts';
import type { Judge } from './judge.ts';
import { noteOfCase } from './notes.ts';
import { FILLS, REQUEST_SETS, Stages } from './stages.ts';
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

/**
 * KVM's machine on rows: each step is looked up by what it reads, and carried out by the spec's recipes where nobody
 * has read that before.
 *
 * A row is the words of a state and, where TLBs are apart, the words of its facts.
 */
export class Stepper {
  readonly stages: Stages;
  private readonly wide: WideTrees;
  private readonly rows: RowLayout;
  private readonly judge: Judge;
  private readonly events: number;
  /** By vCPU: where its row says whether it has a root. */
  private readonly roots: readonly { readonly word: number; readonly bit: number }[];
  private readonly factWords: number;
  private readonly tables: StepTables;
  /** Made when it is first needed: where no code may be made from text, steps are taken one by one. */
  private expandOne: ExpandOne | null = null;
  private readonly cases: Judge | null;
  /** The cases that have not arisen, as a mask. */
  private casesLeft: number;
  /** By fill: the effect that was used last. */
  private readonly filledBy: Int32Array;
  private readonly states: Int32Array;
  private readonly targets: Int32Array;
  private untilRecheck = RECHECK;
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
    this.events = events;
    this.factWords = facts?.words ?? 0;
    this.roots = rows.vcpus.map(({ root }) => ({ word: root.valid.word, bit: 1 << root.valid.shift }));
    const stride = rows.words + this.factWords;
    this.states = new Int32Array(stride);
    this.targets = new Int32Array(stride);
    this.filledBy = new Int32Array(rows.vcpus.length * FILLS);
    this.tables = {
      nodes: this.wide.nodes,
      roots: this.wide.roots,
      effects: stages.effects.words,
      programs: stages.effects.programs,
      judged: new Uint8Array(events),
      row: new Int32Array(stages.rowWords),
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
      fillRow: (targets, at) => this.fillRow(targets, at),
    };
    stages.putKernel(this.tables.row);
  }

  private makeExpandOne(): ExpandOne {
    const { rows, factWords, events, roots } = this;
    return expandCode({
      words: rows.words,
      factWords,
      events,
      roots,
      ofVcpus: Array.from(
        { length: rows.words },
        (_, word) => rows.ofVcpus.find((each) => each.word === word)?.mask ?? 0,
      ),
    });
  }

  /** Where nothing is noted any more: each effect is carried out again, and noted, when it is next met. */
  restart(): void {
    const { stages, cases } = this;
    if (stages.noted.some((word) => word !== 0)) return;
    stages.effects.uncheck();
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
    const { events, factWords, tables, judge } = this;
    this.expandOne ??= this.makeExpandOne();
    const { expandOne } = this;
    const stride = this.rows.words + factWords;
    tables.judged.fill(0);
    judge.attend(tables.judged, wanted);
    if (this.casesLeft !== 0) this.cases?.attend(tables.judged, this.casesLeft);
    if (this.wide.refresh()) {
      tables.nodes = this.wide.nodes;
      tables.roots = this.wide.roots;
    }
    for (let s = 0; s < count; s++) {
      const at = from + s * stride;
      // With the facts that the state has once TLBs took in what they may.
      if (factWords > 0) this.fill(states, at);
      expandOne(tables, states, at, wanted, targets, masks, s * events);
      if (factWords > 0) this.closeFacts(states, at);
      if (--this.untilRecheck === 0) this.recheck(states, at);
    }
  }

  /** Takes a step in a buffer; its findings, or REFUSED. */
  step(buffer: Int32Array, event: number, wanted: number): number {
    const { targets, rows, factWords, tables } = this;
    const { words } = rows;
    if (factWords > 0) this.fill(buffer, 0);
    this.done.length = 0;
    if (this.handle(buffer, event)) return REFUSED;
    if (this.tells) this.seen = this.stages.sees(event, tables.row);
    const { row, facts, cpuOf } = tables;
    const cpu = cpuOf[event] as number;
    const raised = row[words + cpu] as number;
    this.enterAll(cpu);
    for (let w = 0; w < words; w++) targets[w] = row[w] as number;
    for (let w = 0; w < factWords; w++) targets[words + w] = facts[w] as number;
    const found = tables.judge(buffer, 0, targets, 0, event, raised, wanted);
    if (factWords === 0) this.fillRow(targets, 0);
    for (let w = 0; w < words + factWords; w++) buffer[w] = targets[w] as number;
    return found;
  }

  /** Carries out the handler of an event from the state in a buffer, in the row; whether it is refused. */
  private handle(buffer: Int32Array, event: number): boolean {
    const { stages, tables, rows, factWords } = this;
    const { row, facts } = tables;
    const { words } = rows;
    for (let w = 0; w < words; w++) row[w] = buffer[w] as number;
    for (let w = words; w < stages.stepWords; w++) row[w] = 0;
    for (let w = 0; w < factWords; w++) facts[w] = buffer[words + w] as number;
    const effect = stages.works.find(event, row) || this.find(event);
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
    this.fill(this.states, 0);
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

  /** The findings of the state in a buffer. */
  inspect(buffer: Int32Array, wanted: number): number {
    const { states, rows, factWords, judge, cases, casesLeft } = this;
    let [row, facts]: [Int32Array, Int32Array | null] = [buffer, null];
    if (factWords > 0) {
      for (let w = 0; w < rows.words + factWords; w++) states[w] = buffer[w] as number;
      this.fill(states, 0);
      row = states;
      facts = states;
    }
    if (casesLeft !== 0 && cases !== null) this.note(cases.inspect(row, facts, rows.words, casesLeft));
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

  /** Carries out one step from a state again. */
  private recheck(states: Int32Array, at: number): void {
    this.untilRecheck = RECHECK;
    const { stages, tables, rows } = this;
    const { row } = tables;
    const event = (stages.works.paths + stages.effects.count + at) % this.events;
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
    if (exchanging > 0) this.exchange(this.rows.vcpus[exchanging - 1] as VcpuFields);
  }

  /** Every vCPU that has something to do enters its guest: first that of the event, then any, one after the other. */
  private enterAll(cpu: number): void {
    const { stages, events, roots, tables } = this;
    const { row } = tables;
    const { words } = this.rows;
    const waits = (vcpu: number) => {
      const { word, bit } = roots[vcpu] as (typeof roots)[number];
      return row[words + vcpu] !== 0 || ((row[word] as number) & bit) === 0;
    };
    for (let next = waits(cpu) ? cpu : roots.findIndex((_, vcpu) => waits(vcpu)); next >= 0; ) {
      const tree = events + next * REQUEST_SETS + (row[words + next] as number);
      const effect = stages.works.find(tree, row) || this.find(tree);
      if (((stages.effects.words[effect] as number) & FLAG.checked) === 0) tables.check(tree, effect);
      this.apply(effect);
      next = roots.findIndex((_, vcpu) => waits(vcpu));
    }
  }

  /** The TLBs of a row take in what they may. */
  private fillRow(targets: Int32Array, at: number): void {
    const { stages, tables, rows } = this;
    const { words } = rows;
    const { row } = tables;
    for (let w = 0; w < words; w++) row[w] = targets[at + w] as number;
    const trees = rows.vcpus.length * FILLS;
    for (let tree = 0; tree < trees; tree++) {
      const effect = stages.fills.find(tree, row) || stages.fill(tree, row);
      const change = stages.fillEffects.words;
      for (let w = 0, next = effect + EFFECT_HEAD + 1; w < words; w++, next += 2)
        (targets[at + w] as number) |= change[next] as number;
    }
  }

  /** The facts of a row become those after TLBs took in what they may. */
  fill(states: Int32Array, at: number): void {
    const { stages, rows, tables, filledBy } = this;
    const { row } = tables;
    for (let w = 0; w < rows.words; w++) row[w] = states[at + w] as number;
    for (let tree = 0; tree < filledBy.length; tree++) {
      const effect = stages.fills.find(tree, row) || stages.fill(tree, row);
      const { words, programs } = stages.fillEffects;
      runFacts(programs, words[effect + 1] as number, words[effect + 2] as number, states, at + rows.words);
      filledBy[tree] = effect;
    }
  }

  /** Adds to the facts of the row that was filled last all that would become one of them by that. */
  private closeFacts(states: Int32Array, at: number): void {
    const { stages, rows, filledBy } = this;
    const { words, programs } = stages.fillEffects;
    for (let tree = filledBy.length - 1; tree >= 0; tree--) {
      const effect = filledBy[tree] as number;
      const [from, to] = [words[effect + 1] as number, words[effect + 2] as number];
      addFactsBefore(programs, from, to, states, at + rows.words);
    }
  }

  /** What the hardware TLBs of a vCPU hold on this CPU and on the other change places, in the row. */
  private exchange({ vpids }: VcpuFields): void {
    const { row } = this.tables;
    for (const { hardware, away } of Object.values(vpids)) {
      hardware.slots.forEach((slots, tag) => {
        slots.forEach((here, page) => {
          const there = away.slots[tag]?.[page];
          if (there === undefined || here.bits === 0 || there.bits === 0) return;
          const a = ((row[here.word] as number) >>> here.shift) & here.mask;
          const b = ((row[there.word] as number) >>> there.shift) & there.mask;
          row[here.word] = ((row[here.word] as number) & ~(here.mask << here.shift)) | (b << here.shift);
          row[there.word] = ((row[there.word] as number) & ~(there.mask << there.shift)) | (a << there.shift);
        });
      });
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
