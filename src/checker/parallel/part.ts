import { maskOf } from '../goals.ts';
import type { Model } from '../model.ts';
import { inspectRow, Successors } from '../successors.ts';
import { TOUCHED, Visited, type VisitedOptions } from '../visited.ts';
import { Barrier } from './barrier.ts';
import { Board } from './board.ts';
import { Frontier } from './frontier.ts';
import type { PartsOutcome, Plan } from './plan.ts';

/**
 * One thread's part of a search. All threads share the table of states found and the states to expand; each
 * expands what it takes and adds what is new. They meet at the end of a level, and when the table is to grow or
 * the search may end; part 0 then decides how it goes on.
 */
export class Part {
  /** Transitions by each event, for all threads to see. */
  protected readonly fired: Float64Array;
  protected readonly model: Model;
  protected readonly board: Board;
  protected readonly frontier: Frontier;
  protected readonly visited: Visited;
  protected readonly successors: Successors;
  /** Goals still looked for, as a mask. */
  protected wanted: number;
  /** What the model noted when this part last met the others. */
  private readonly noted: Int32Array;
  private readonly plan: Plan;
  private readonly barrier: Barrier;
  private readonly scratch: Int32Array;
  private readonly ends: number;
  /** New states that may be found between two looks at the room there is, by all threads together. */
  private readonly margin: number;
  /** States put up to be expanded, less those found. */
  private woken = 0;
  private transitions = 0;
  private expanded = 0;

  constructor(plan: Plan, model: Model) {
    const { memory, parts, maxBytes, symmetric } = plan;
    const { words, facts } = model;
    this.plan = plan;
    this.model = model;
    this.board = new Board(memory, parts);
    this.barrier = new Barrier(this.board.barrier, parts);
    this.frontier = new Frontier(memory.frontier, words);
    this.visited = this.makeTable({ words, facts, maxBytes, table: new Int32Array(memory.table) });
    this.fired = new Float64Array(memory.fired, plan.part * model.events * 8, model.events);
    const { length } = model.noted;
    this.noted = new Int32Array(memory.noted, plan.part * length * 4, length);
    this.successors = new Successors(model, symmetric ? model.symmetry() : null, this.visited.hash);
    this.scratch = new Int32Array(model.bufferWords);
    this.ends = maskOf(model, ({ ends }) => ends);
    this.margin = parts * this.successors.most;
    this.wanted = plan.wanted;
    this.follow();
  }

  /** Searches until all parts end, for the same reason. */
  run(): PartsOutcome {
    const { board, barrier, frontier, plan } = this;
    for (;;) {
      while (!board.isMeeting && frontier.take()) this.expand();
      frontier.leave();
      this.noted.set(this.model.noted);
      board.tell(plan.part, 'busy', frontier.length);
      barrier.pass();
      if (plan.part === 0) this.decide();
      barrier.pass();
      const { outcome } = board;
      if (outcome !== 'open') return outcome;
      this.wanted &= ~board.found;
      this.follow();
    }
  }

  protected makeTable(options: VisitedOptions): Visited {
    return new Visited(options);
  }

  /** Decides how the search goes on, while all others wait. */
  private decide(): void {
    const { board, frontier, visited } = this;
    visited.follow(board.extent);
    const isDone = board.sum('busy') === 0 && frontier.isTaken;
    if (isDone && !frontier.isNextEmpty) {
      frontier.descend();
      board.level++;
    }
    if ((board.found & this.ends) !== 0) board.decide('ended');
    else if (isDone && frontier.isTaken) board.decide('complete');
    else if (board.stopped) board.decide('stopped');
    else if (!this.makeRoom()) board.decide('memory');
    board.disperse();
    if (board.outcome === 'open') board.takePause();
  }

  /** Makes the table larger where it should be; whether there is room to go on. */
  private makeRoom(): boolean {
    const { board, frontier, visited, plan } = this;
    visited.allow(plan.maxBytes - frontier.bytes);
    if (visited.size >= visited.growAt) {
      visited.grow();
      board.setSlots(visited.extent.slots);
    }
    return !this.isFull();
  }

  /** Whether there is no room for what the threads may find until they look again. */
  private isFull(): boolean {
    const { visited, frontier, plan } = this;
    const { room, bytes } = visited;
    return room < this.margin || bytes + frontier.bytes > plan.maxBytes || !frontier.hasRoomFor(plan.parts);
  }

  /** Takes over how part 0 left the table. */
  private follow(): void {
    const { board, visited, frontier, plan } = this;
    visited.allow(plan.maxBytes - frontier.bytes);
    visited.follow(board.extent);
  }

  /** Expands the next few states of the chunk taken. */
  private expand(): void {
    const { successors, frontier, board, plan, visited } = this;
    this.gather();
    const { sources, moved } = successors;
    this.transitions += this.countTransitions();
    let occurred = 0;
    for (let source = 0; source < sources; source++) occurred |= successors.foundBy[source] as number;
    const before = visited.size;
    for (let from = 0; from < moved; from += TOUCHED) {
      occurred |= this.takeIn(from, Math.min(from + TOUCHED, moved));
    }
    this.woken -= visited.size - before;
    board.addStates(visited.size - before);
    board.addFound(occurred & this.wanted);
    frontier.expanded(sources);
    this.expanded += sources;
    board.tell(plan.part, 'transitions', this.transitions);
    board.tell(plan.part, 'expanded', this.expanded);
    board.tell(plan.part, 'woken', this.woken);
    visited.follow(board.extent);
    if (visited.size >= visited.growAt || this.isFull() || (occurred & this.ends & this.wanted) !== 0)
      board.meet();
  }

  /** Gathers the transitions from the next few states of the chunk taken. */
  protected gather(): void {
    this.successors.gather(this.frontier, 0, this.wanted);
  }

  /** Counts the transitions gathered by event; how many they are. */
  protected countTransitions(): number {
    const { successors, fired } = this;
    const { events, sources } = successors;
    const length = successors.ends[sources - 1] as number;
    for (let t = 0; t < length; t++) (fired[events[t] as number] as number)++;
    return length;
  }

  /** Adds what is new among the targets of some moves; what is found in them. */
  private takeIn(from: number, to: number): number {
    const { successors, visited, model } = this;
    const { rows, hashes, moves } = successors;
    const width = model.words + model.facts;
    let found = 0;
    visited.touch(hashes, moves, from, to);
    for (
      let i = visited.firstUnsure(rows, hashes, moves, from, to);
      i < to;
      i = visited.firstUnsure(rows, hashes, moves, i + 1, to)
    ) {
      const t = moves[i] as number;
      const at = t * width;
      if (!this.add(rows, at, hashes[t] as number)) continue;
      if (this.wanted !== 0) found |= inspectRow(model, this.scratch, rows, at, this.wanted);
    }
    return found;
  }

  /** Adds a row that may be new to the states found, and to those to expand; whether there is to be found in it. */
  protected add(rows: Int32Array, at: number, hash: number): boolean {
    if (!this.visited.claim(rows, at, hash)) return false;
    this.push(rows, at);
    return true;
  }

  /** Has a state wait to be expanded. */
  protected push(rows: Int32Array, at: number): void {
    this.frontier.push(rows, at);
    this.woken++;
  }
}
