import { concreteTrace } from './concrete.ts';
import { Goals, maskOf } from './goals.ts';
import type { Model, Symmetry } from './model.ts';
import { Origins } from './origins.ts';
import { ChunkPool, RowQueue } from './rows.ts';
import { initialRow, inspectRow, Successors } from './successors.ts';
import { TOUCHED, Visited, type VisitedOptions } from './visited.ts';

/** What an exploration may do. */
export interface ExplorationOptions {
  readonly model: Model;
  /** The renamings under which states count as one, if any. */
  readonly symmetry: Symmetry | null;
  readonly maxStates: number;
  /** Bytes of the arrays of the exploration. */
  readonly maxBytes: number;
  /** Whether to know how each state was reached. */
  readonly origins: boolean;
  /** Whether threads may have views of the states later. */
  readonly shared: boolean;
  /** A mask of the only goals to look for, all of which together end the exploration; 0 to look for any. */
  readonly until: number;
  /** The distance of states from which on none is expanded; no end by default. */
  readonly maxLevel?: number;
}

/** How an exploration stands: not at its end, or why it is there. */
export type Outcome = 'open' | 'complete' | 'ended' | 'states' | 'memory';

/** Transitions between two looks at the bytes in use. */
const RECKONING = 50_000;

/**
 * A breadth-first exploration in this thread. States are expanded in the order of discovery and events tried
 * in theirs, so that the same model gives the same things in the same order. See `FactExploration` for models
 * with facts.
 */
export class Exploration {
  readonly model: Model;
  readonly symmetry: Symmetry | null;
  readonly visited: Visited;
  readonly goals: Goals;
  readonly origins: Origins | null;
  /** Transitions by each event. */
  readonly fired: Float64Array;
  transitions = 0;
  /** The distance of the states that are being expanded. */
  level = 0;
  /** States to expand: of this level, the first perhaps in part, and of the next. */
  current: RowQueue;
  next: RowQueue;
  /** The event to go on with in the first state of `current`. */
  event = 0;
  outcome: Outcome = 'open';
  protected readonly successors: Successors;
  protected readonly options: ExplorationOptions;
  private readonly pool: ChunkPool;
  /** When to look at the bytes in use, as `work`. */
  private reckoning = 0;

  /** Makes an exploration that knows no state; `begin` or `restore` gives it some. */
  constructor(options: ExplorationOptions) {
    const { model, symmetry } = options;
    this.options = options;
    this.model = model;
    this.symmetry = symmetry;
    this.visited = this.makeTable({
      words: model.words,
      facts: model.facts,
      maxBytes: options.maxBytes,
      shared: options.shared,
    });
    this.goals = new Goals(model, options.until === 0 ? maskOf(model, () => true) : options.until);
    this.origins = options.origins ? new Origins(model.events) : null;
    this.fired = new Float64Array(model.events);
    this.pool = new ChunkPool(model.words);
    this.current = new RowQueue(this.pool);
    this.next = new RowQueue(this.pool);
    this.successors = new Successors(model, symmetry, this.visited.hash);
  }

  get states(): number {
    return this.visited.size;
  }

  /** States found and not yet expanded. */
  get frontier(): number {
    return this.current.length + this.next.length;
  }

  /** Length of the longest of the shortest traces to the states found. */
  get depth(): number {
    return this.level + (this.next.length > 0 ? 1 : 0);
  }

  /** States expanded so far, each as often as it was. */
  get expansions(): number {
    return this.states - this.frontier;
  }

  /** Bytes in use. */
  get bytes(): number {
    const { visited, pool, origins, model } = this;
    return visited.bytes + pool.bytes + (origins?.bytes ?? 0) + (model.bytes?.() ?? 0);
  }

  /** Starts from the initial state. */
  begin(): void {
    const { model, visited, goals } = this;
    const row = initialRow(model, this.symmetry);
    visited.add(row, 0, visited.hash(row, 0, model.words));
    this.current.push(row, 0);
    const mask = inspectRow(model, new Int32Array(model.bufferWords), row, 0, goals.wanted);
    if (mask !== 0) goals.record(mask, []);
    if (this.isSatisfied) this.outcome = 'ended';
  }

  /** Notes that the limit of states may be reached already, after `restore`. */
  resumed(): void {
    if (this.states >= this.options.maxStates) this.outcome = 'states';
  }

  /** Goes on for about so many transitions, unless there is an end before. */
  run(transitions: number): void {
    const goal = this.work + transitions;
    while (this.outcome === 'open' && this.work < goal) {
      if (this.work >= this.reckoning) this.reckon();
      else if (this.current.length === 0) this.descend();
      else if (this.visited.room < this.successors.most) this.outcome = 'memory';
      else this.expand();
    }
  }

  protected makeTable(options: VisitedOptions): Visited {
    return new Visited(options);
  }

  /** Transitions carried out, as a measure of the work done. */
  protected get work(): number {
    return this.transitions;
  }

  /** Whether nothing is left to look for. */
  protected get isSatisfied(): boolean {
    const { until } = this.options;
    return until === 0 ? this.goals.ended : (this.goals.wanted & until) === 0;
  }

  /** Has the table grow no further than the rest leaves room; not whenever the clock says, but after so much work. */
  private reckon(): void {
    const { maxBytes } = this.options;
    this.reckoning = this.work + RECKONING;
    this.visited.allow(maxBytes - this.bytes + this.visited.bytes);
    if (this.bytes > maxBytes && this.work > 0) this.outcome = 'memory';
  }

  /** Goes on to the next level. */
  private descend(): void {
    if (this.next.length === 0 || this.level + 1 >= (this.options.maxLevel ?? Number.POSITIVE_INFINITY)) {
      this.outcome = 'complete';
      return;
    }
    this.level++;
    this.startLevel();
  }

  /** Makes the states of the next level those of this one, of which none is left. */
  protected startLevel(): void {
    [this.current, this.next] = [this.next, this.current];
  }

  /** Carries out every event in the next few states of the level. */
  protected expand(): void {
    const { successors, current, visited } = this;
    successors.gather(current, this.event, this.goals.wanted);
    const { hashes, moves, moved } = successors;
    let touched = 0;
    let from = 0;
    let move = 0;
    for (let source = 0; source < successors.sources; source++) {
      const to = successors.ends[source] as number;
      const moveTo = successors.movesEnds[source] as number;
      while (touched < moveTo) {
        const next = Math.min(touched + TOUCHED, moved);
        visited.touch(hashes, moves, touched, next);
        touched = next;
      }
      if (this.isQuiet(source, to - from)) this.takeIn(from, to, move, moveTo);
      else this.settle(from, to, move);
      if (this.outcome !== 'open') return;
      current.shift();
      this.origins?.close();
      this.event = 0;
      from = to;
      move = moveTo;
    }
  }

  /** Whether no step of a source is wanted, and its transitions stay within the limit of states. */
  private isQuiet(source: number, transitions: number): boolean {
    const { successors, goals, visited, options } = this;
    const found = successors.foundBy[source] as number;
    return (found & goals.wanted) === 0 && visited.size + transitions < options.maxStates;
  }

  /** Takes in the transitions of a quiet source: what is new among its targets. */
  private takeIn(from: number, to: number, move: number, moveTo: number): void {
    const { successors, visited, fired } = this;
    const { rows, hashes, events, moves } = successors;
    let end = to;
    let i = visited.firstNew(rows, hashes, moves, move, moveTo);
    while (i < moveTo) {
      const t = moves[i] as number;
      this.add(t);
      if (this.outcome !== 'open') {
        end = t + 1;
        break;
      }
      i = visited.firstNew(rows, hashes, moves, i + 1, moveTo);
    }
    this.transitions += end - from;
    for (let t = from; t < end; t++) (fired[events[t] as number] as number)++;
  }

  /** Takes in the transitions of any source, one by one. */
  private settle(from: number, to: number, firstMove: number): void {
    const { successors, visited, goals, fired, options } = this;
    const { rows, hashes, events, masks, moves } = successors;
    let move = firstMove;
    for (let t = from; t < to; t++) {
      const event = events[t] as number;
      this.transitions++;
      (fired[event] as number)++;
      const step = (masks[t] as number) & goals.wanted;
      if (step !== 0) this.record(step, event);
      if (moves[move] === t && move < successors.moved) {
        if (visited.firstNew(rows, hashes, moves, move, move + 1) === move) this.add(t);
        move++;
      }
      if (this.outcome === 'ended') return;
      if (visited.size >= options.maxStates) {
        this.outcome = 'states';
        this.event = event + 1;
        return;
      }
    }
  }

  /** Adds the target of a transition, which is new. */
  private add(t: number): void {
    const { successors, visited, goals } = this;
    const { rows, events, hashes } = successors;
    const at = t * this.model.words;
    visited.add(rows, at, hashes[t] as number);
    this.next.push(rows, at);
    this.origins?.born(events[t] as number);
    if (goals.wanted === 0) return;
    const state = successors.inspect(t, goals.wanted);
    if (state !== 0) this.record(state, events[t] as number);
  }

  /** Notes what occurs after an event in the state that is being expanded. */
  private record(mask: number, event: number): void {
    const { goals, origins } = this;
    const trace = origins && [...origins.traceTo(origins.children.length), event];
    goals.record(mask, trace && this.concrete(trace));
    if (this.isSatisfied) this.outcome = 'ended';
  }

  private concrete(trace: number[]): number[] {
    return this.symmetry === null ? trace : concreteTrace(this.model, this.symmetry, trace);
  }
}
