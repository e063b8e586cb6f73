import type { EntryRule, EventHead, Held, SeenStep, StateRule } from '../../../spec/properties/property.ts';
import type { World } from '../../../spec/world/world.ts';
import { type FactGroup, type FactLayout, heldAs } from '../facts/fact-layout.ts';
import { RowFacts } from '../facts/row-facts.ts';
import { Allocator } from '../rows/allocate.ts';
import { type Field, partOf } from '../rows/field.ts';
import type { RowLayout } from '../rows/fields.ts';
import { EngineError } from '../views/engine-error.ts';
import { MachineView } from '../views/machine.ts';
import { Recorder } from '../views/recorder.ts';
import { requestsView } from '../views/requests.ts';
import { room } from './effects.ts';
import { type JudgedProperty, PROPERTIES } from './goals.ts';
import { headOf, Trees } from './trees.ts';
import { headOfEvent, stateUnits, stepUnits, type Unit } from './units.ts';

/** Rules that look at a root look at all of it. */
const WHOLE_BITS = 8;

/** A translation, and each way in which it may be held, with the facts that say so as bits of the group's word. */
interface Group extends FactGroup {
  readonly ways: readonly { readonly held: Held; readonly facts: number }[];
}

/**
 * The properties, asked of rows. What a rule says follows from what it reads, so it is asked once for each different
 * thing that it reads: a tree for each subject, and for each event. A rule about translations is asked of each in each
 * way that it can be held; what it finds are the facts that are wrong.
 *
 * An answer is, from its number on: the goals of the state or step itself, how many goals of facts, and for each
 * of these its bit and the wrong facts, a word after the other.
 */
export class Judge {
  private readonly world: World;
  private readonly facts: FactLayout;
  private readonly rows: RowLayout;
  private readonly rowFacts: RowFacts;
  private readonly states: readonly Unit[];
  /** By sort of event. */
  private readonly steps: readonly (readonly Unit[])[];
  private readonly unitsOfStep: number;
  private readonly sorts: readonly EventHead[];
  /** By event: the number of its sort. */
  private readonly sortOf: readonly number[];
  private readonly stateTrees: Trees;
  private readonly stepTrees: Trees;
  private readonly recorder: Recorder;
  private readonly before: MachineView;
  private readonly after: MachineView;
  private readonly raised: Field;
  private readonly changed: Field;
  private readonly groups: readonly Group[];
  private readonly row: Int32Array;
  private answers = new Int32Array(1 << 10);
  private used = 1;
  private readonly known = new Map<string, number>();
  /** By event, what `attend` adds; and for what. */
  private readonly asks: Uint8Array;
  private attended = { wanted: 0, paths: -1 };

  /** @param after the rows of `rows`, from word `rows.words` on */
  constructor(
    world: World,
    rows: RowLayout,
    after: RowLayout,
    facts: FactLayout,
    properties: readonly JudgedProperty[] = PROPERTIES,
  ) {
    this.world = world;
    this.rows = rows;
    this.facts = facts;
    this.rowFacts = new RowFacts(rows, facts);
    this.groups = facts.groups.map((group) => ({ ...group, ways: waysOf(group) }));
    const scratch = new Allocator(2 * rows.words);
    this.raised = scratch.bits('raised', 32);
    this.changed = scratch.bits('changed', 32);
    const pending = rows.vcpus.map(({ cpu }) => scratch.bits(`cpu ${cpu} requests`, 32));
    this.row = new Int32Array(2 * rows.words + scratch.words);
    this.recorder = new Recorder(this.row.length, WHOLE_BITS);
    this.before = new MachineView(this.recorder, world.layout, rows, pending, () => {});
    this.after = new MachineView(this.recorder, world.layout, after, pending, () => {});
    this.states = stateUnits(rows, properties);
    this.asks = new Uint8Array(world.layout.events.length);
    const heads = world.layout.events.map(headOfEvent);
    const keys = heads.map((head) => JSON.stringify(head));
    this.sorts = heads.filter((_, i) => keys.indexOf(keys[i] as string) === i);
    const sortKeys = this.sorts.map((head) => JSON.stringify(head));
    this.sortOf = keys.map((key) => sortKeys.indexOf(key));
    this.steps = this.sorts.map((sort) => stepUnits(sort, properties));
    this.unitsOfStep = Math.max(0, ...this.steps.map(({ length }) => length));
    this.stateTrees = new Trees(this.states.length);
    this.stepTrees = new Trees(this.steps.length * this.unitsOfStep);
  }

  /** The goals that some rule about states makes, as a mask. */
  get ofStates(): number {
    return this.states.reduce((mask, { bits }) => mask | bits, 0);
  }

  /** Bytes in use. */
  get bytes(): number {
    return this.stateTrees.bytes + this.stepTrees.bytes + this.used * 4;
  }

  /**
   * The goals of the state in the first words of a row, with the facts at an offset of `facts`; null if the row keeps
   * TLBs.
   */
  inspect(row: Int32Array, facts: Int32Array | null, at: number, wanted: number): number {
    const { states, stateTrees } = this;
    let found = 0;
    for (let tree = 0; tree < states.length; tree++) {
      if (((states[tree] as Unit).bits & wanted) === 0) continue;
      const answer = stateTrees.find(tree, row) || this.askState(tree, row);
      found |= this.foundIn(answer, facts, at, row, 0);
    }
    return found & wanted;
  }

  /** What all rules about states answer of the state in a row, together, as a number for `foundBy`. */
  verdictOf(row: Int32Array): number {
    const { facts } = this;
    let found = 0;
    const wrongFacts = new Map<number, Int32Array>();
    for (let tree = 0; tree < this.states.length; tree++) {
      const answer = this.stateTrees.find(tree, row) || this.askState(tree, row);
      found |= this.answers[answer] as number;
      let next = answer + 2;
      for (let left = this.answers[answer + 1] as number; left > 0; left--, next += 1 + facts.words) {
        const bit = this.answers[next] as number;
        const words = wrongFacts.get(bit) ?? new Int32Array(facts.words);
        for (let word = 0; word < facts.words; word++)
          (words[word] as number) |= this.answers[next + 1 + word] as number;
        wrongFacts.set(bit, words);
      }
    }
    return found === 0 && wrongFacts.size === 0 ? 0 : this.answerOf(found, wrongFacts);
  }

  /** The goals of a state that keeps TLBs, by its verdict. */
  foundBy(verdict: number, row: Int32Array): number {
    return verdict === 0 ? 0 : this.foundIn(verdict, null, 0, row, 0);
  }

  /**
   * The goals of a step, with the facts that it leaves at an offset of `facts`.
   *
   * @param raised the requests that the handler raised on the vCPU of the event
   */
  inspectStep(
    before: Int32Array,
    beforeAt: number,
    after: Int32Array,
    afterAt: number,
    event: number,
    raised: number,
    facts: Int32Array | null,
    at: number,
    wanted: number,
  ): number {
    const sort = this.sortOf[event] as number;
    const units = this.steps[sort] as readonly Unit[];
    const { row } = this;
    this.put(before, beforeAt, after, afterAt, raised);
    let found = 0;
    for (let i = 0; i < units.length; i++) {
      if (((units[i] as Unit).bits & wanted) === 0) continue;
      const tree = sort * this.unitsOfStep + i;
      const answer = this.stepTrees.find(tree, row) || this.askStep(tree, units[i] as Unit, sort);
      found |= this.foundIn(answer, facts, at, after, afterAt);
    }
    return found & wanted;
  }

  /**
   * Says which events' steps there is something to ask of: 1 is added where a step that leaves every vCPU as it was is
   * one, 2 where a step that does not.
   */
  attend(judged: Uint8Array, wanted: number): void {
    const { stepTrees, attended } = this;
    if (attended.wanted !== wanted || attended.paths !== stepTrees.paths) {
      this.attended = { wanted, paths: stepTrees.paths };
      this.attendTo(wanted);
    }
    for (let event = 0; event < judged.length; event++)
      (judged[event] as number) |= this.asks[event] as number;
  }

  private attendTo(wanted: number): void {
    for (const [event, sort] of this.sortOf.entries()) {
      const units = this.steps[sort] as readonly Unit[];
      const asked = units.flatMap(({ bits }, i) =>
        (bits & wanted) === 0 ? [] : [sort * this.unitsOfStep + i],
      );
      const quiet = asked.every((tree) => this.isQuiet(tree));
      this.asks[event] = (asked.length > 0 ? 2 : 0) | (quiet ? 0 : 1);
    }
  }

  /** Whether it is known that the units of a tree find nothing in a step that changes no vCPU, without reading more. */
  private isQuiet(tree: number): boolean {
    const { nodes, roots } = this.stepTrees;
    const at = roots[tree] as number;
    const answer =
      at < 0 ? at : nodes[at] === headOf(this.changed.word, 0, 1) ? (nodes[at + 1] as number) : 0;
    return answer < 0 && this.answers[-answer] === 0 && this.answers[1 - answer] === 0;
  }

  /** Whether a step has none of the wanted goals, whatever TLBs hold. */
  isQuietStep(
    before: Int32Array,
    beforeAt: number,
    after: Int32Array,
    afterAt: number,
    event: number,
    raised: number,
    wanted: number,
  ): boolean {
    const sort = this.sortOf[event] as number;
    const units = this.steps[sort] as readonly Unit[];
    const asks = this.differs(before, beforeAt, after, afterAt) ? 2 : 1;
    if (this.attended.wanted === wanted && ((this.asks[event] as number) & asks) === 0) return true;
    this.put(before, beforeAt, after, afterAt, raised);
    for (let i = 0; i < units.length; i++) {
      const unit = units[i] as Unit;
      if ((unit.bits & wanted) === 0) continue;
      const tree = sort * this.unitsOfStep + i;
      const answer = this.stepTrees.find(tree, this.row) || this.askStep(tree, unit, sort);
      if (this.answers[answer] !== 0 || this.answers[answer + 1] !== 0) return false;
    }
    return true;
  }

  /** Puts a step where its rules look. */
  private put(
    before: Int32Array,
    beforeAt: number,
    after: Int32Array,
    afterAt: number,
    raised: number,
  ): void {
    const { row, rows } = this;
    for (let word = 0; word < rows.words; word++) {
      row[word] = before[beforeAt + word] as number;
      row[rows.words + word] = after[afterAt + word] as number;
    }
    row[this.raised.word] = raised;
    row[this.changed.word] = this.differs(before, beforeAt, after, afterAt) ? 1 : 0;
  }

  /** Whether anything of a vCPU is another after a step, besides what is cached. */
  private differs(before: Int32Array, at: number, after: Int32Array, afterAt: number): boolean {
    for (const { word, mask } of this.rows.ofVcpus)
      if ((((before[at + word] as number) ^ (after[afterAt + word] as number)) & mask) !== 0) return true;
    return false;
  }

  /** What an answer finds, given facts; if there are none they are those of a row that keeps TLBs. */
  private foundIn(
    answer: number,
    given: Int32Array | null,
    from: number,
    row: Int32Array,
    rowAt: number,
  ): number {
    const { answers } = this;
    const { words } = this.facts;
    let found = answers[answer] as number;
    if (answers[answer + 1] === 0) return found;
    const facts = given ?? this.rowFacts.of(row, rowAt);
    const at = given === null ? 0 : from;
    let next = answer + 2;
    for (let left = answers[answer + 1] as number; left > 0; left--, next += 1 + words) {
      for (let word = 0; word < words; word++) {
        if (((answers[next + 1 + word] as number) & (facts[at + word] as number)) === 0) continue;
        found |= answers[next] as number;
        break;
      }
    }
    return found;
  }

  private askState(tree: number, row: Int32Array): number {
    const { recorder, before, world } = this;
    const unit = this.states[tree] as Unit;
    this.begin(row.subarray(0, this.rows.words));
    const { machine } = before;
    const wrongFacts = new Map<number, Int32Array>();
    let found = 0;
    for (const { bit, rule } of unit.rules) {
      if (rule.on === 'state') {
        const { wrong } = rule as StateRule;
        if (wrong(world, machine, unit.subject as never) !== null) found |= bit;
      } else if (rule.on === 'entry') {
        const { wrong } = rule as EntryRule;
        this.askFacts(unit.cpu, bit, wrongFacts, (held) =>
          wrong(world, machine, unit.subject as never, held),
        );
      }
    }
    return this.add(this.stateTrees, tree, recorder, found, wrongFacts);
  }

  private askStep(tree: number, unit: Unit, sort: number): number {
    const { recorder, world } = this;
    this.begin(this.row);
    const step = this.stepOf(this.sorts[sort] as EventHead);
    const wrongFacts = new Map<number, Int32Array>();
    let found = 0;
    for (const { bit, rule } of unit.rules) {
      if (rule.on === 'step') {
        if (rule.wrong(world, step) !== null) found |= bit;
      } else if (rule.on === 'step entry') {
        this.askFacts(unit.cpu, bit, wrongFacts, (held) => rule.wrong(world, step, held));
      }
    }
    return this.add(this.stepTrees, tree, recorder, found, wrongFacts);
  }

  private begin(row: Int32Array): void {
    const { recorder, rows, before, after } = this;
    recorder.begin(row);
    // While the guest runs no request is pending.
    const pending = this.changed.word + 1;
    for (const { cpu } of rows.vcpus) recorder.know(pending + cpu, 0);
    before.begin();
    after.begin();
  }

  /** The step in the row. Where no vCPU changed, those after it are those before it. */
  private stepOf(event: EventHead): SeenStep {
    const { recorder, raised } = this;
    const changed = partOf(this.changed, '', 0, 1);
    const [before, after] = [this.before.machine, this.after.machine];
    const requests = requestsView(recorder, raised, () => {});
    return {
      before,
      event,
      exit: { outcome: 'ok', requests },
      after: {
        ...after,
        get vcpus() {
          return recorder.read(changed) === 1 ? after.vcpus : before.vcpus;
        },
      },
    };
  }

  /** Asks of each translation of a vCPU in each way that it can be held. */
  private askFacts(
    cpu: number,
    bit: number,
    wrongFacts: Map<number, Int32Array>,
    wrong: (held: Held) => string | null,
  ): void {
    for (const group of this.groups) {
      if (group.cpu !== cpu) continue;
      for (const { held, facts } of group.ways) {
        if (wrong(held) === null) continue;
        const words = wrongFacts.get(bit) ?? new Int32Array(this.facts.words);
        (words[group.word] as number) |= facts;
        wrongFacts.set(bit, words);
      }
    }
  }

  private add(
    trees: Trees,
    tree: number,
    recorder: Recorder,
    found: number,
    wrongFacts: ReadonlyMap<number, Int32Array>,
  ): number {
    const answer = this.answerOf(found, wrongFacts);
    const misfit = trees.add(tree, recorder, answer);
    if (misfit !== null) throw new EngineError(`cannot happen: a property ${misfit} when it is asked again`);
    return answer;
  }

  private answerOf(found: number, wrongFacts: ReadonlyMap<number, Int32Array>): number {
    const words = [found, wrongFacts.size, ...[...wrongFacts].flatMap(([bit, facts]) => [bit, ...facts])];
    const key = words.join();
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const answer = this.used;
    this.used += words.length;
    this.answers = room(this.answers as Int32Array<ArrayBuffer>, this.used);
    this.answers.set(words, answer);
    this.known.set(key, answer);
    return answer;
  }
}

/** The ways in which a translation may be held: valuations that differ in what was loaded are the same way. */
function waysOf(group: FactGroup): Group['ways'] {
  const ways = new Map<string, { held: Held; facts: number }>();
  for (let valuation = 0; valuation < 2 ** group.holders.length; valuation++) {
    const held = heldAs(group, valuation);
    const key = JSON.stringify(held.by);
    const facts = (ways.get(key)?.facts ?? 0) | (1 << (group.shift + valuation));
    ways.set(key, { held, facts });
  }
  return [...ways.values()];
}
