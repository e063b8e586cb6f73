import { Exploration, type ExplorationOptions } from './exploration.ts';
import { FactTable, JOINED } from './fact-table.ts';
import { bitsOf } from './goals.ts';
import { EXPANDED, SEARCH_BITS } from './model.ts';
import { ChunkPool, RowQueue } from './rows.ts';
import { initialRow } from './successors.ts';
import { TOUCHED, type VisitedOptions } from './visited.ts';

/** What an exploration with facts may do; it never knows how a state was reached. */
export interface FactExplorationOptions extends Omit<ExplorationOptions, 'origins'> {
  /**
   * Whether facts that come to a state while its level is expanded wait for the next level. Whatever is new is then
   * found at the level that is the length of the shortest way to it; facts are, too.
   */
  readonly exact: boolean;
}

/** A goal that occurred, and how many events led to it. */
export interface Occurrence {
  readonly goal: number;
  /** Where the exploration is exact, the length of a shortest trace. */
  readonly length: number;
}

/**
 * A breadth-first exploration of a model with facts, in this thread. A state that gains facts waits to be
 * expanded, again if it was before; its transitions are counted when it is expanded first.
 *
 * The states that wait are kept without their facts, which the table tells when they are expanded; but where the
 * exploration is exact, `current` holds rows.
 */
export class FactExploration extends Exploration {
  /** What occurred, in the order of occurrence. */
  readonly occurrences: Occurrence[] = [];
  private readonly table: FactTable;
  private readonly width: number;
  private readonly exact: boolean;
  /** For the rows of the current level, where they are kept. */
  private readonly rowPool: ChunkPool;
  /** The rows that are being expanded, and which of them are for the first time. */
  private readonly batch: Int32Array;
  private readonly isFirst: Uint8Array;
  private expanded = 0;
  private deepest = 0;
  private steps = 0;

  constructor({ exact, ...options }: FactExplorationOptions) {
    super({ ...options, origins: false });
    const { model, successors, visited } = this;
    this.table = visited as FactTable;
    this.width = model.words + model.facts;
    this.exact = exact;
    this.rowPool = new ChunkPool(this.width);
    this.batch = new Int32Array(successors.mostSources * this.width);
    this.isFirst = new Uint8Array(successors.mostSources);
    if (exact) this.current = new RowQueue(this.rowPool);
  }

  /** Length of the longest of the shortest traces to the states found, whatever their facts. */
  override get depth(): number {
    return this.deepest;
  }

  override get expansions(): number {
    return this.expanded;
  }

  override get bytes(): number {
    return super.bytes + this.rowPool.bytes;
  }

  override begin(): void {
    const { model, table, goals } = this;
    const row = initialRow(model, this.symmetry);
    table.join(row, 0, table.hash(row, 0, model.words));
    this.next.push(row, 0);
    this.startLevel();
    const buffer = new Int32Array(model.bufferWords);
    buffer.set(row);
    this.found(model.inspect(buffer, goals.wanted) & goals.wanted, 0);
  }

  /** Takes over numbers of an exploration that was stopped. */
  resumeFrom(depth: number, expansions: number): void {
    this.deepest = depth;
    this.expanded = expansions;
  }

  protected override makeTable(options: VisitedOptions): FactTable {
    return new FactTable(options);
  }

  /** Steps carried out, and states, each as often as it was expanded. */
  protected override get work(): number {
    return this.steps;
  }

  protected override startLevel(): void {
    if (!this.exact) {
      super.startLevel();
      return;
    }
    const { next, current, table, batch } = this;
    while (next.length > 0) {
      table.take(next.head, next.at, batch, 0);
      next.shift();
      current.push(batch, 0);
    }
  }

  /** Expands the next few states of the level; the limit of states is looked at only then. */
  protected override expand(): void {
    const { successors, table, options, goals } = this;
    const sources = this.load();
    successors.gather({ head: this.batch, at: 0, length: sources }, 0, goals.wanted);
    // The model may have added to their facts.
    for (let source = 0; source < sources; source++) table.enrich(this.batch, source * this.width);
    const { hashes, moves, moved } = successors;
    let touched = 0;
    for (let source = 0; source < sources; source++) {
      const moveTo = successors.movesEnds[source] as number;
      while (touched < moveTo) {
        const next = Math.min(touched + TOUCHED, moved);
        table.touch(hashes, moves, touched, next);
        touched = next;
      }
      this.takeFrom(source);
      if (this.outcome !== 'open') return;
    }
    if (table.size >= options.maxStates) this.outcome = 'states';
  }

  /** Puts the next few rows of the level into the batch; how many. */
  private load(): number {
    const { current, batch, table, width, model, successors, isFirst } = this;
    const { head, at, length } = current;
    const words = this.exact ? width : model.words;
    const sources = Math.min(length, (head.length - at) / words, successors.mostSources);
    for (let source = 0; source < sources; source++) {
      const from = at + source * words;
      const to = source * width;
      if (this.exact) batch.set(head.subarray(from, from + width), to);
      else table.take(head, from, batch, to);
      const last = to + width - 1;
      isFirst[source] = ((batch[last] as number) & EXPANDED) === 0 ? 1 : 0;
      (batch[last] as number) &= ~SEARCH_BITS;
    }
    for (let source = 0; source < sources; source++) current.shift();
    return sources;
  }

  /** Takes in the transitions of a source. */
  private takeFrom(source: number): void {
    const { successors, table, goals, fired } = this;
    const { rows, hashes, events, masks, moves, ends, movesEnds } = successors;
    const from = source === 0 ? 0 : (ends[source - 1] as number);
    const to = ends[source] as number;
    this.steps += 1 + to - from;
    this.expanded++;
    if (this.isFirst[source] === 1) {
      this.transitions += to - from;
      for (let t = from; t < to; t++) (fired[events[t] as number] as number)++;
    }
    if (((successors.foundBy[source] as number) & goals.wanted) !== 0) {
      for (let t = from; t < to; t++) this.found((masks[t] as number) & goals.wanted, this.level + 1);
    }
    const moveTo = movesEnds[source] as number;
    for (
      let i = table.firstNew(
        rows,
        hashes,
        moves,
        source === 0 ? 0 : (movesEnds[source - 1] as number),
        moveTo,
      );
      i < moveTo;
      i = table.firstNew(rows, hashes, moves, i + 1, moveTo)
    )
      this.join(moves[i] as number);
  }

  /** Joins the target of a transition, which is new or gains facts. */
  private join(t: number): void {
    const { successors, table, goals } = this;
    const at = t * this.width;
    const joined = table.join(successors.rows, at, successors.hashes[t] as number);
    if ((joined & JOINED.isNew) !== 0) this.deepest = this.level + 1;
    if ((joined & JOINED.wakes) !== 0) this.next.push(successors.rows, at);
    if (goals.wanted !== 0) this.found(successors.inspect(t, goals.wanted), this.level + 1);
  }

  /** Notes what occurs after so many events. */
  private found(mask: number, length: number): void {
    if (mask === 0) return;
    this.goals.record(mask, null);
    for (const goal of bitsOf(mask)) this.occurrences.push({ goal, length });
    if (this.isSatisfied) this.outcome = 'ended';
  }
}
