import { REFUSED } from '../../checker/model.ts';
import type { World } from '../../../spec/world/world.ts';
import type { FactLayout } from '../facts/fact-layout.ts';
import { addFactsBefore, runFacts } from '../facts/fact-program.ts';
import type { RowLayout, VcpuFields } from '../rows/fields.ts';
import { EFFECT_HEAD, FLAG, type Told } from './effects.ts';
import type { Judge } from './judge.ts';
import { FILLS, REQUEST_SETS, Stages } from './stages.ts';

/** Steps between two that are carried out again by the recipes, besides the first that take each path. */
const RECHECK = 1 << 16;

/**
 * KVM's machine on rows: each step is looked up by what it reads, and carried out by the spec's recipes where nobody
 * has read that before.
 *
 * A row is the words of a state and, where TLBs are apart, the words of its facts.
 */
export class Stepper {
  readonly stages: Stages;
  private readonly rows: RowLayout;
  private readonly judge: Judge;
  private readonly events: number;
  private readonly cpuOf: Int32Array;
  /** By vCPU: where its row says whether it has a root. */
  private readonly rootWord: Int32Array;
  private readonly rootBit: Int32Array;
  /** A row with all that a piece of work reads. */
  private readonly row: Int32Array;
  private readonly factWords: number;
  private untilCheck = RECHECK;

  constructor(world: World, rows: RowLayout, facts: FactLayout | null, judge: Judge, readsDecisions = false) {
    this.stages = new Stages(world, rows, facts, readsDecisions);
    this.rows = rows;
    this.judge = judge;
    this.events = world.layout.events.length;
    this.cpuOf = Int32Array.from(world.layout.events, ({ cpu }) => cpu);
    this.rootWord = Int32Array.from(rows.vcpus, ({ root }) => root.valid.word);
    this.rootBit = Int32Array.from(rows.vcpus, ({ root }) => 1 << root.valid.shift);
    this.row = new Int32Array(this.stages.rowWords);
    this.factWords = facts?.words ?? 0;
    this.stages.putKernel(this.row);
  }

  /** Takes all steps of some states: see `Expand`. */
  expand(
    states: Int32Array,
    from: number,
    count: number,
    wanted: number,
    out: Int32Array,
    masks: Int32Array,
  ): void {
    const { events, factWords, rows } = this;
    const { words } = rows;
    const stride = words + factWords;
    let place = 0;
    for (let s = 0; s < count; s++) {
      const at = from + s * stride;
      // With the facts that the states have once TLBs took in what they may.
      if (factWords > 0) this.fillFacts(states, at, true);
      for (let event = 0; event < events; event++, place++) {
        masks[place] = this.stepTo(states, at, event, out, place * stride, wanted);
      }
      if (factWords > 0) this.closeFacts(states, at);
    }
  }

  /** Takes a step from the row at an offset of `from` to one at an offset of `to`; its findings, or REFUSED. */
  private stepTo(
    from: Int32Array,
    at: number,
    event: number,
    to: Int32Array,
    toAt: number,
    wanted: number,
  ): number {
    const { stages, row, rows, factWords } = this;
    const { words } = rows;
    const { works, effects } = stages;
    for (let w = 0; w < words; w++) row[w] = from[at + w] as number;
    for (let w = words; w < stages.stepWords; w++) row[w] = 0;
    const effect = works.find(event, row) || this.miss(event);
    const flags = effects.words[effect] as number;
    if ((flags & FLAG.checked) === 0 || --this.untilCheck === 0) this.check(event, effect);
    if ((flags & FLAG.refused) !== 0) return REFUSED;
    for (let w = 0; w < factWords; w++) to[toAt + words + w] = from[at + words + w] as number;
    this.apply(effect, to, toAt + words);
    const cpu = this.cpuOf[event] as number;
    const raised = row[words + cpu] as number;
    this.enterAll(cpu, to, toAt + words);
    for (let w = 0; w < words; w++) to[toAt + w] = row[w] as number;
    const facts = factWords === 0 ? null : to;
    const found = this.judge.inspectStep(from, at, to, toAt, event, raised, facts, toAt + words, wanted);
    if (factWords === 0) this.fillRow(to, toAt);
    return found;
  }

  /** Does to the row, and to the facts at an offset of `rows`, what an effect says. */
  private apply(effect: number, rows: Int32Array, at: number): void {
    const { row, stages } = this;
    const { words, programs } = stages.effects;
    const { stepWords } = stages;
    for (let w = 0, next = effect + EFFECT_HEAD; w < stepWords; w++, next += 2)
      row[w] = ((row[w] as number) & (words[next] as number)) | (words[next + 1] as number);
    const from = words[effect + 1] as number;
    const to = words[effect + 2] as number;
    if (from < to) runFacts(programs, from, to, rows, at);
    const exchanging = Math.floor((words[effect] as number) / FLAG.exchanges);
    if (exchanging > 0) this.exchange(this.rows.vcpus[exchanging - 1] as VcpuFields);
  }

  /** Every vCPU that has something to do enters its guest: first that of the event, then any, one after the other. */
  private enterAll(cpu: number, rows: Int32Array, at: number): void {
    const { row, stages, events, rootWord, rootBit } = this;
    const { words } = this.rows;
    const cpus = rootWord.length;
    let next = cpu;
    let first = true;
    while (next < cpus) {
      const requests = row[words + next] as number;
      if (requests !== 0 || ((row[rootWord[next] as number] as number) & (rootBit[next] as number)) === 0) {
        const tree = events + next * REQUEST_SETS + requests;
        const effect = stages.works.find(tree, row) || this.miss(tree);
        if (((stages.effects.words[effect] as number) & FLAG.checked) === 0) this.check(tree, effect);
        this.apply(effect, rows, at);
        next = 0;
        first = false;
      } else if (first) {
        next = 0;
        first = false;
      } else next++;
    }
  }

  private miss(tree: number): number {
    return this.stages.work(tree, this.row);
  }

  private check(tree: number, effect: number): void {
    this.untilCheck = RECHECK;
    this.stages.check(tree, this.row, effect);
  }

  /** TLBs of a row take in what they may. */
  private fillRow(rows: Int32Array, at: number): void {
    const { stages, rows: layout } = this;
    const { words } = layout;
    const row = rows.subarray(at, at + words);
    const trees = layout.vcpus.length * FILLS;
    for (let tree = 0; tree < trees; tree++) {
      const effect = stages.fills.find(tree, row) || stages.fill(tree, row);
      const change = stages.fillEffects.words;
      for (let w = 0, next = effect + EFFECT_HEAD + 1; w < words; w++, next += 2)
        (row[w] as number) |= change[next] as number;
    }
  }

  /** The facts of a row become those after TLBs took in what they may. */
  private fillFacts(rows: Int32Array, at: number, remember: boolean): void {
    const { stages, rows: layout, row } = this;
    for (let w = 0; w < layout.words; w++) row[w] = rows[at + w] as number;
    const trees = layout.vcpus.length * FILLS;
    for (let tree = 0; tree < trees; tree++) {
      const effect = stages.fills.find(tree, row) || stages.fill(tree, row);
      const { words, programs } = stages.fillEffects;
      const [from, to] = [words[effect + 1] as number, words[effect + 2] as number];
      if (from < to) runFacts(programs, from, to, rows, at + layout.words);
      if (remember) this.filledBy[tree] = effect;
    }
  }

  /** By fill: the effect that was used last. */
  private readonly filledBy = new Int32Array(64);

  /** Adds to the facts of a row all that would become one of them when TLBs take in what they may. */
  private closeFacts(rows: Int32Array, at: number): void {
    const { stages, rows: layout } = this;
    const { words, programs } = stages.fillEffects;
    for (let tree = layout.vcpus.length * FILLS - 1; tree >= 0; tree--) {
      const effect = this.filledBy[tree] as number;
      addFactsBefore(programs, words[effect + 1] as number, words[effect + 2] as number, rows, at + layout.words);
    }
  }

  /** What the hardware TLBs of a vCPU hold on this CPU and on the other change places. */
  private exchange({ vpids }: VcpuFields): void {
    const { row } = this;
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

  /** Takes a step in a buffer. */
  step(buffer: Int32Array, event: number, wanted: number): number {
    const stride = this.rows.words + this.factWords;
    if (this.factWords > 0) this.fillFacts(buffer, 0, false);
    const found = this.stepTo(buffer, 0, event, this.single, 0, wanted);
    if (found !== REFUSED) for (let w = 0; w < stride; w++) buffer[w] = this.single[w] as number;
    return found;
  }

  private readonly single = new Int32Array(256);

  /** The findings of the state in a buffer. */
  inspect(buffer: Int32Array, wanted: number): number {
    const { words } = this.rows;
    if (this.factWords === 0) return this.judge.inspect(buffer, null, 0, wanted);
    for (let w = 0; w < words + this.factWords; w++) this.single[w] = buffer[w] as number;
    this.fillFacts(this.single, 0, false);
    return this.judge.inspect(this.single, this.single, words, wanted);
  }

  /** What the last piece of work told. */
  toldBy(effect: number): Told {
    return this.stages.effects.toldBy(effect);
  }
}
