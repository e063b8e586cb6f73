import { REFUSED } from '../../checker/model.ts';
import type { RowLayout } from '../rows/fields.ts';
import type { Composite } from './composite.ts';
import { room } from './effects.ts';
import { runRefills } from './refills.ts';
import { HASH_START, hashOf, hashOn, Sequences } from './sequences.ts';

/** How the steps of a node are worked out. */
export interface NodeSource {
  readonly events: number;
  /** By word: the bits of a row that are neither TLBs nor CR3 values through which they fill. */
  readonly masks: Int32Array;
  /**
   * Works out a step from the row at an offset of `states`.
   *
   * @returns PLAIN with `into` filled, REFUSING, or OTHER for a step that is to be taken by itself each time
   */
  readonly work: (states: Int32Array, at: number, event: number, wanted: number, into: Composite) => number;
  /** What is to be said of the states of the node of the row at an offset of `states`, as a number; 0 for nothing. */
  readonly verdict: (states: Int32Array, at: number) => number;
  /** Takes such a step; its goals. */
  readonly take: (
    states: Int32Array,
    at: number,
    event: number,
    wanted: number,
    rows: Int32Array,
    toAt: number,
  ) => number;
}

/** Sorts of steps: what a composite says, a step that faults, and one that must be looked at each time. */
export const PLAIN = 0;
export const REFUSING = -1;
export const OTHER = -2;

/** Bytes that the steps of nodes may take before all are forgotten. */
const MOST_BYTES = 2 ** 29;
const FIRST_SLOTS = 1 << 12;

/**
 * The steps of states that differ in nothing but what TLBs hold and through which CR3 values they may fill: of a
 * *node*. Nothing that KVM does depends on these, so each of its steps keeps some bits of a row and sets some, and
 * then lets the guest's TLB fill through each value that was loaded; they are worked out once, and looked up for all
 * other states of the node.
 */
export class NodeSteps {
  private readonly source: NodeSource;
  private readonly words: number;
  private readonly mostNodes: number;
  /**
   * By node: its words as `masks` leave them; by event, the step's composite in `composites`, or its sort, 0 until the
   * steps are worked out; and what is to be said of its states.
   */
  private keys: Int32Array<ArrayBuffer> = new Int32Array(1 << 10);
  private steps: Int32Array<ArrayBuffer> = new Int32Array(1 << 12);
  private verdicts: Int32Array<ArrayBuffer> = new Int32Array(1 << 10);
  private nodes = 0;
  private slots = new Int32Array(FIRST_SLOTS);
  private readonly composites = new Sequences();
  private readonly scratch: Composite = { words: new Int32Array(1 << 8), length: 0 };

  constructor(words: number, source: NodeSource) {
    this.words = words;
    this.source = source;
    this.mostNodes = Math.floor(MOST_BYTES / 4 / (source.events + words));
  }

  /** Takes all steps of some states: see `Expand`. */
  expand(
    states: Int32Array,
    from: number,
    count: number,
    wanted: number,
    rows: Int32Array,
    masks: Int32Array,
  ): void {
    const { words, source } = this;
    const { events } = source;
    for (let s = 0, at = from, place = 0; s < count; s++, at += words) {
      const first = this.find(states, at) * events;
      if (this.steps[first] === 0) this.workOut(states, at, first, wanted);
      const { steps } = this;
      const { words: composites } = this.composites;
      for (let event = 0; event < events; event++, place++) {
        const composite = steps[first + event] as number;
        if (composite < 0) {
          masks[place] =
            composite === REFUSING ? REFUSED : source.take(states, at, event, wanted, rows, place * words);
          continue;
        }
        masks[place] = 0;
        const to = place * words;
        let next = composite + 1;
        for (let w = 0; w < words; w++, next += 2)
          rows[to + w] =
            ((states[at + w] as number) & (composites[next] as number)) | (composites[next + 1] as number);
        runRefills(composites, next, composite + 1 + (composites[composite] as number), rows, to);
      }
    }
  }

  /** What is to be said of the state at an offset of `states`, and of all others of its node. */
  verdict(states: Int32Array, at: number): number {
    return this.verdicts[this.find(states, at)] as number;
  }

  /** The number of the node of the state at an offset of `states`. */
  private find(states: Int32Array, at: number): number {
    const { words, slots, keys } = this;
    const { masks } = this.source;
    const last = slots.length - 1;
    let hash = HASH_START;
    for (let w = 0; w < words; w++) hash = hashOn(hash, (states[at + w] as number) & (masks[w] as number));
    let slot = hash & last;
    for (;;) {
      const node = (slots[slot] as number) - 1;
      if (node < 0) return this.add(states, at, slot);
      let w = 0;
      while (w < words && keys[node * words + w] === ((states[at + w] as number) & (masks[w] as number))) w++;
      if (w === words) return node;
      slot = (slot + 1) & last;
    }
  }

  private add(states: Int32Array, at: number, free: number): number {
    if (this.nodes === this.mostNodes) {
      this.forget();
      return this.find(states, at);
    }
    if (this.nodes * 2 >= this.slots.length) {
      this.growSlots();
      return this.find(states, at);
    }
    const { words, source } = this;
    const node = this.nodes++;
    this.slots[free] = node + 1;
    this.keys = room(this.keys, (node + 1) * words);
    this.steps = room(this.steps, (node + 1) * source.events);
    this.steps.fill(0, node * source.events, (node + 1) * source.events);
    for (let w = 0; w < words; w++)
      this.keys[node * words + w] = (states[at + w] as number) & (source.masks[w] as number);
    this.verdicts = room(this.verdicts, node + 1);
    this.verdicts[node] = source.verdict(states, at);
    return node;
  }

  /** Works out the steps of a node, the first of which has a place in `steps`, from one of its states. */
  private workOut(states: Int32Array, at: number, first: number, wanted: number): void {
    const { source, scratch } = this;
    for (let event = 0; event < source.events; event++) {
      const sort = source.work(states, at, event, wanted, scratch);
      this.steps[first + event] =
        sort === PLAIN ? this.composites.numberOf(scratch.words, scratch.length) : sort;
    }
  }

  /** Forgets all nodes, and what their steps do. */
  forget(): void {
    this.nodes = 0;
    this.slots.fill(0);
    this.composites.clear();
  }

  private growSlots(): void {
    const { words, keys } = this;
    const slots = new Int32Array(this.slots.length * 4);
    const last = slots.length - 1;
    for (let node = 0; node < this.nodes; node++) {
      let slot = hashOf(keys, node * words, words) & last;
      while (slots[slot] !== 0) slot = (slot + 1) & last;
      slots[slot] = node + 1;
    }
    this.slots = slots;
  }
}

/** The bits of a word that are a node's: that hold nothing of TLBs, nor of CR3 values through which they fill. */
export function bookkeepingOf({ fields, vcpus }: RowLayout, word: number): number {
  const cached = new Set(
    vcpus.flatMap(({ vpids }) =>
      Object.values(vpids).flatMap((sets) => Object.values(sets).flatMap(({ slots }) => slots.flat())),
    ),
  );
  return fields
    .filter((field) => field.word === word && !cached.has(field))
    .reduce((mask, field) => mask | (field.mask << field.shift), 0);
}
