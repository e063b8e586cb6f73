import { REFUSED } from '../../checker/model.ts';
import { room } from './effects.ts';

/** What a step does to a row that keeps TLBs, whatever they hold. */
export interface Composite {
  /** Bits of each word that it keeps, and those that it sets. */
  readonly keep: Int32Array;
  readonly set: Int32Array;
}

/** How the steps of a node are worked out. */
export interface NodeSource {
  readonly events: number;
  /** By word: the bits of a row that are not TLBs. */
  readonly masks: Int32Array;
  /**
   * Works out a step from the row at an offset of `states`.
   *
   * @returns PLAIN with `into` filled, REFUSING, or OTHER for a step that is to be taken by itself each time
   */
  readonly work: (states: Int32Array, at: number, event: number, wanted: number, into: Composite) => number;
  /** What is to be said of the states of the node of the row at an offset of `states`, as a number; 0 for nothing. */
  readonly verdict: (states: Int32Array, at: number) => number;
  /** Takes such a step; its findings. */
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
export const REFUSING = 1;
export const OTHER = 2;

/** Bytes that the steps of nodes may take before all are forgotten. */
const MOST_BYTES = 2 ** 29;
const FIRST_SLOTS = 1 << 12;

/**
 * The steps of states that differ in nothing but what TLBs hold: of a *node*. Nothing that KVM does depends on that, so
 * each of its steps keeps some bits of a row and sets some, whatever the state; they are worked out once, and looked up
 * for all other states of the node.
 */
export class NodeSteps {
  private readonly source: NodeSource;
  private readonly words: number;
  private readonly mostNodes: number;
  /**
   * By node: its words without TLBs, and, by event, the place of what the step does in `composites`; 0 until the steps are
   * first taken, since nobody may take those of a state that is only looked at.
   */
  private keys: Int32Array<ArrayBuffer> = new Int32Array(1 << 10);
  private steps: Int32Array<ArrayBuffer> = new Int32Array(1 << 12);
  private verdicts: Int32Array<ArrayBuffer> = new Int32Array(1 << 10);
  private nodes = 0;
  private slots = new Int32Array(FIRST_SLOTS);
  /** Different composites: a sort, and what is kept and set of each word. The first two are of other sorts. */
  private composites: Int32Array<ArrayBuffer>;
  private compositesUsed: number;
  private compositeSlots = new Int32Array(FIRST_SLOTS);
  private compositeCount = 0;
  private readonly scratch: Composite;

  constructor(words: number, source: NodeSource) {
    const width = 1 + 2 * words;
    this.words = words;
    this.source = source;
    this.mostNodes = Math.floor(MOST_BYTES / 4 / (source.events + words));
    this.composites = new Int32Array(1 << 12);
    this.composites[width] = REFUSING;
    this.composites[2 * width] = OTHER;
    this.compositesUsed = 3 * width;
    this.scratch = { keep: new Int32Array(words), set: new Int32Array(words) };
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
      const { steps, composites } = this;
      for (let event = 0; event < events; event++, place++) {
        const composite = steps[first + event] as number;
        const sort = composites[composite] as number;
        if (sort !== PLAIN) {
          masks[place] =
            sort === REFUSING ? REFUSED : source.take(states, at, event, wanted, rows, place * words);
          continue;
        }
        masks[place] = 0;
        for (let w = 0, to = place * words, next = composite + 1; w < words; w++, next += 2)
          rows[to + w] =
            ((states[at + w] as number) & (composites[next] as number)) | (composites[next + 1] as number);
      }
    }
  }

  /** What is to be said of the state at an offset of `states`, and of all that differ from it in TLBs only. */
  verdict(states: Int32Array, at: number): number {
    return this.verdicts[this.find(states, at)] as number;
  }

  /** The number of the node of the state at an offset of `states`. */
  private find(states: Int32Array, at: number): number {
    const { words, slots, keys } = this;
    const { masks } = this.source;
    const last = slots.length - 1;
    let hash = 0x2545f491;
    for (let w = 0; w < words; w++) {
      hash = Math.imul(hash ^ ((states[at + w] as number) & (masks[w] as number)), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
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
    const { words, source, scratch } = this;
    for (let event = 0; event < source.events; event++) {
      const sort = source.work(states, at, event, wanted, scratch);
      this.steps[first + event] = sort === PLAIN ? this.placeOf(scratch) : sort * (1 + 2 * words);
    }
  }

  /** Where a composite is, which is put there if it is new. */
  private placeOf({ keep, set }: Composite): number {
    const { words } = this;
    const width = 1 + 2 * words;
    const last = this.compositeSlots.length - 1;
    let slot = hashOf(keep, set) & last;
    for (let place = this.compositeSlots[slot] as number; place !== 0; ) {
      const { composites } = this;
      let w = 0;
      while (
        w < words &&
        composites[place + 1 + 2 * w] === keep[w] &&
        composites[place + 2 + 2 * w] === set[w]
      )
        w++;
      if (w === words) return place;
      slot = (slot + 1) & last;
      place = this.compositeSlots[slot] as number;
    }
    if (this.compositeCount * 2 >= this.compositeSlots.length) {
      this.growCompositeSlots();
      return this.placeOf({ keep, set });
    }
    const place = this.compositesUsed;
    this.composites = room(this.composites, place + width);
    for (let w = 0; w < words; w++) {
      this.composites[place + 1 + 2 * w] = keep[w] as number;
      this.composites[place + 2 + 2 * w] = set[w] as number;
    }
    this.compositesUsed += width;
    this.compositeSlots[slot] = place;
    this.compositeCount++;
    return place;
  }

  /** Forgets all nodes, and what their steps do. */
  forget(): void {
    this.nodes = 0;
    this.slots.fill(0);
    this.compositesUsed = 3 * (1 + 2 * this.words);
    this.compositeSlots.fill(0);
    this.compositeCount = 0;
  }

  private growSlots(): void {
    const { words, keys } = this;
    const slots = new Int32Array(this.slots.length * 4);
    const last = slots.length - 1;
    for (let node = 0; node < this.nodes; node++) {
      let hash = 0x2545f491;
      for (let w = 0; w < words; w++) {
        hash = Math.imul(hash ^ (keys[node * words + w] as number), 0x9e3779b1);
        hash ^= hash >>> 15;
      }
      let slot = hash & last;
      while (slots[slot] !== 0) slot = (slot + 1) & last;
      slots[slot] = node + 1;
    }
    this.slots = slots;
  }

  /** More room for composites; those that there are take their places again as they are met. */
  private growCompositeSlots(): void {
    const { words, composites } = this;
    const width = 1 + 2 * words;
    this.compositeSlots = new Int32Array(this.compositeSlots.length * 4);
    this.compositeCount = 0;
    const used = this.compositesUsed;
    for (let place = 3 * width; place < used; place += width) {
      const keep = new Int32Array(words);
      const set = new Int32Array(words);
      for (let w = 0; w < words; w++) {
        keep[w] = composites[place + 1 + 2 * w] as number;
        set[w] = composites[place + 2 + 2 * w] as number;
      }
      const last = this.compositeSlots.length - 1;
      let slot = hashOf(keep, set) & last;
      while (this.compositeSlots[slot] !== 0) slot = (slot + 1) & last;
      this.compositeSlots[slot] = place;
      this.compositeCount++;
    }
  }
}

function hashOf(keep: Int32Array, set: Int32Array): number {
  let hash = 0x2545f491;
  for (let w = 0; w < keep.length; w++) {
    hash = Math.imul(hash ^ (keep[w] as number), 0x9e3779b1);
    hash = Math.imul((hash ^ (hash >>> 15)) + (set[w] as number), 0x85ebca77);
  }
  return hash ^ (hash >>> 13);
}
