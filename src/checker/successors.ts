import type { Hash } from './hash.ts';
import { type Model, REFUSED, type Symmetry } from './model.ts';
import { type RowCode, rowCode, type Transitions } from './row-code.ts';
import { isSameRow } from './same-row.ts';

/** States expanded at a time, so that what carries out an event stays in the caches meanwhile. */
const MOST_SOURCES = 64;
/** Transitions gathered at a time, unless one state has more. */
const MOST_TRANSITIONS = 2048;
/**
 * Rows remembered. About half of all moves lead where another led shortly before, and to know that from the
 * nearer caches is cheaper than to look it up; more rows would not stay there.
 */
const RECENT_ROWS = 1 << 14;

/** Rows one after the other: the first, of `length`, is at an offset of an array, and so are some more. */
export interface Rows {
  readonly head: Int32Array;
  readonly at: number;
  readonly length: number;
}

/**
 * The transitions from a few states, gathered before any of their targets is looked up: the look-ups wait for
 * memory, and wait less long side by side.
 */
export class Successors implements Transitions {
  /** How many transitions may be gathered at a time. */
  readonly most: number;
  /** States whose transitions were gathered. */
  sources = 0;
  /** Where the transitions of each source end. */
  readonly ends = new Int32Array(MOST_SOURCES);
  /** States whose transitions may be gathered at a time. */
  readonly mostSources: number;
  /** The target of each transition, a row after the other; its representative where states are renamed. */
  readonly rows: Int32Array;
  readonly events: Int32Array;
  /** The goals of each step, among them those that were wanted. */
  readonly masks: Int32Array;
  /** The hash of each target. */
  readonly hashes: Int32Array;
  readonly moves: Int32Array;
  readonly recent: Int32Array;
  moved = 0;
  found = 0;
  /** Where the moves of each source end, and what its steps found. */
  readonly movesEnds = new Int32Array(MOST_SOURCES);
  readonly foundBy = new Int32Array(MOST_SOURCES);
  /** Words of a row. */
  private readonly width: number;
  private readonly model: Model;
  private readonly symmetry: Symmetry | null;
  private readonly hash: Hash;
  private readonly code: RowCode;
  private readonly buffer: Int32Array;
  /** What `expand` gives: every step in its place, refused or not. */
  private readonly stepRows: Int32Array;
  private readonly stepMasks: Int32Array;

  constructor(model: Model, symmetry: Symmetry | null, hash: Hash) {
    const sources = Math.max(1, Math.min(MOST_SOURCES, Math.floor(MOST_TRANSITIONS / model.events)));
    const most = sources * model.events;
    const width = model.words + model.facts;
    this.most = most;
    this.mostSources = sources;
    this.width = width;
    this.model = model;
    this.symmetry = symmetry;
    this.hash = hash;
    this.code = rowCode(model.words, model.facts);
    this.buffer = new Int32Array(model.bufferWords);
    this.rows = new Int32Array((most + 1) * width);
    this.events = new Int32Array(most + 1);
    this.masks = new Int32Array(most + 1);
    this.hashes = new Int32Array(most + 1);
    this.moves = new Int32Array(most + 1);
    this.recent = new Int32Array(RECENT_ROWS * width);
    this.stepRows = new Int32Array(most * width);
    this.stepMasks = new Int32Array(most);
  }

  /**
   * Gathers from the first of some rows, which stay there: all that fit, at least one.
   *
   * @param from the event to begin with in the first of them; in the others it is 0
   */
  gather({ head, at: begin, length }: Rows, from: number, wanted: number): void {
    const { model, code, stepRows, stepMasks, width } = this;
    const { events, expand } = model;
    const held = Math.min(length, (head.length - begin) / width);
    const sources = Math.min(held, this.mostSources);
    if (expand === undefined) this.stepEach(head, begin, sources, wanted);
    else expand(head, begin, sources, wanted, stepRows, stepMasks);
    this.symmetry?.hold?.(head, begin, sources, wanted, stepRows, stepMasks);
    if (this.symmetry !== null) this.canonicalize(this.symmetry, head, begin, sources);
    let n = 0;
    this.moved = 0;
    for (let source = 0; source < sources; source++) {
      const at = begin + source * width;
      const first = source === 0 ? from : 0;
      const place = source * events;
      n = code.take(stepRows, stepMasks, place + first, place + events, first, head, at, this, n);
      this.ends[source] = n;
      this.movesEnds[source] = this.moved;
      this.foundBy[source] = this.found;
    }
    this.sources = sources;
    if (this.hash !== code.hash) this.hashAgain(n);
  }

  /** Carries out the events one by one. */
  private stepEach(states: Int32Array, at: number, count: number, wanted: number): void {
    const { model, buffer, code, stepRows, stepMasks, width } = this;
    for (let place = 0; place < count * model.events; place++) {
      const event = place % model.events;
      code.copy(states, at + ((place - event) / model.events) * width, buffer, 0);
      stepMasks[place] = model.step(buffer, event, wanted);
      code.copy(buffer, 0, stepRows, place * width);
    }
  }

  /**
   * Puts the representatives in place of the targets of the steps from states at an offset of `states`, which are
   * representatives themselves.
   */
  private canonicalize(symmetry: Symmetry, states: Int32Array, at: number, count: number): void {
    const { model, buffer, code, stepRows, stepMasks, width } = this;
    const { words, events } = model;
    for (let place = 0; place < count * events; place++) {
      if (((stepMasks[place] as number) & REFUSED) !== 0) continue;
      const target = place * width;
      if (isSameRow(stepRows, target, states, at + Math.floor(place / events) * width, words)) continue;
      code.copy(stepRows, target, buffer, 0);
      symmetry.canonicalize(buffer);
      code.copy(buffer, 0, stepRows, target);
    }
  }

  /** Hashes the targets of the first transitions by another hash than that of the code for rows. */
  private hashAgain(length: number): void {
    const { words } = this.model;
    for (let n = 0; n < length; n++) this.hashes[n] = this.hash(this.rows, n * this.width, words);
  }

  /** The wanted goals of the target of a transition. */
  inspect(transition: number, wanted: number): number {
    return inspectRow(this.model, this.buffer, this.rows, transition * this.width, wanted);
  }
}

/** The wanted goals of the state at an offset of `rows`; `buffer` is scratch space. */
export function inspectRow(
  model: Model,
  buffer: Int32Array,
  rows: Int32Array,
  at: number,
  wanted: number,
): number {
  const width = model.words + model.facts;
  for (let k = 0; k < width; k++) buffer[k] = rows[at + k] as number;
  return model.inspect(buffer, wanted) & wanted;
}

/** The initial state as a row; its representative where states are renamed. */
export function initialRow(model: Model, symmetry: Symmetry | null): Int32Array {
  const buffer = new Int32Array(model.bufferWords);
  model.initial(buffer);
  symmetry?.canonicalize(buffer);
  return buffer.slice(0, model.words + model.facts);
}
