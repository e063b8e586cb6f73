import { FactTable, JOINED } from '../fact-table.ts';
import { EXPANDED, type Model, SEARCH_BITS } from '../model.ts';
import type { VisitedOptions } from '../visited.ts';
import { Part } from './part.ts';
import type { Plan } from './plan.ts';

/**
 * One thread's part of a search with facts. The frontier holds states without their facts, which the table tells
 * when they are expanded; whichever thread adds facts to a state that does not wait for that puts it up.
 */
export class FactPart extends Part {
  private readonly table: FactTable;
  private readonly width: number;
  /** The rows that are being expanded, and which of them are for the first time. */
  private readonly batch: Int32Array;
  private readonly isFirst: Uint8Array;
  /** The depth that this part told last. */
  private depth = 0;

  constructor(plan: Plan, model: Model) {
    super(plan, model);
    const { mostSources } = this.successors;
    this.table = this.visited as FactTable;
    this.width = model.words + model.facts;
    this.batch = new Int32Array(mostSources * this.width);
    this.isFirst = new Uint8Array(mostSources);
  }

  protected override makeTable(options: VisitedOptions): FactTable {
    return new FactTable(options);
  }

  protected override gather(): void {
    const { successors, frontier, table, batch, width, isFirst, model } = this;
    const { head, at, length } = frontier;
    const sources = Math.min(length, successors.mostSources);
    for (let source = 0; source < sources; source++) {
      const to = source * width;
      const last = to + width - 1;
      table.takeShared(head, at + source * model.words, batch, to);
      isFirst[source] = ((batch[last] as number) & EXPANDED) === 0 ? 1 : 0;
      (batch[last] as number) &= ~SEARCH_BITS;
    }
    successors.gather({ head: batch, at: 0, length: sources }, 0, this.wanted);
    // The model may have added to their facts.
    for (let source = 0; source < sources; source++) table.enrich(batch, source * width);
  }

  /** Counts the transitions of the states that are expanded for the first time. */
  protected override countTransitions(): number {
    const { successors, fired, isFirst } = this;
    const { events, ends, sources } = successors;
    let count = 0;
    for (let source = 0; source < sources; source++) {
      if (isFirst[source] === 0) continue;
      const from = source === 0 ? 0 : (ends[source - 1] as number);
      const to = ends[source] as number;
      count += to - from;
      for (let t = from; t < to; t++) (fired[events[t] as number] as number)++;
    }
    return count;
  }

  /** Joins a row; another thread may be the one to put its state up, or may have added the state. */
  protected override add(rows: Int32Array, at: number, hash: number): boolean {
    const joined = this.table.joinShared(rows, at, hash);
    if ((joined & JOINED.isNew) !== 0) this.noteDepth();
    if ((joined & JOINED.wakes) !== 0) this.push(rows, at);
    return joined !== 0;
  }

  /** Notes that a state was found now. All threads are at the same level. */
  private noteDepth(): void {
    const { board } = this;
    const depth = board.level + 1;
    if (depth === this.depth) return;
    this.depth = depth;
    board.depth = depth;
  }
}
