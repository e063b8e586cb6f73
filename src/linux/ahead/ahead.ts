import { Worker } from 'node:worker_threads';
import type { WasmModule } from '../../conform/web-assembly.ts';
import type { RowLayout } from '../../engine/rows/fields.ts';
import type { CodeRunner, Outcomes } from '../runner.ts';
import type { Ahead } from '../states.ts';
import type { Told } from '../words.ts';
import { AheadBoard, type AheadMemory, aheadMemory, MOST_NODES, nextInPlace } from './board.ts';
import { Book } from './book.ts';
import type { AheadPlan } from './plan.ts';
import { AheadWork, ASK_AGAIN, strideOf } from './work.ts';

/** Nodes from which on other threads are worth their beginning. */
const BEGINNING = 1 << 10;

/** This thread's own number among those that work ahead. */
const OWN = 0;

/**
 * Threads that work out nodes of Linux's own code ahead of the search, which asks for them in its own order and takes in what
 * came of each as if it had carried the events out itself. So they change nothing of what it finds. While it waits for a node
 * that another thread has taken, it works ahead too.
 */
export class AheadOfSearch implements Ahead {
  private readonly plan: Pick<AheadPlan, 'module' | 'rows'>;
  private readonly memory: AheadMemory;
  private readonly board: AheadBoard;
  /** By thread: what it tells, and what was read of it. */
  private readonly books: readonly Book[];
  private readonly read: readonly Told[][];
  private readonly work: AheadWork;
  private readonly outcomes: Outcomes;
  private workers: readonly Worker[] = [];

  /** @param threads how many there are to be together with this one */
  constructor(module: WasmModule, runner: CodeRunner, rows: RowLayout, threads: number) {
    const events = rows.layout.events.length;
    this.plan = { module, rows };
    this.memory = aheadMemory(strideOf(events, rows.words));
    this.board = new AheadBoard(this.memory);
    this.books = Array.from({ length: threads }, () => new Book());
    this.read = this.books.map(() => []);
    this.work = new AheadWork(this.board, runner, this.books[OWN] as Book, OWN);
    this.outcomes = {
      rows: new Int32Array(events * rows.words),
      told: new Array(events).fill(null),
      why: new Array(events).fill(null),
    };
  }

  reached(node: number, parent: number, event: number): void {
    if (node >= MOST_NODES) return;
    this.board.tell(node, parent, event);
    if (node === BEGINNING) this.begin();
  }

  outcomesOf(node: number, isSettled: (node: number) => boolean): Outcomes | null {
    const { board, work } = this;
    if (node >= MOST_NODES) return null;
    const next = () => nextInPlace(node, isSettled);
    for (;;) {
      const stands = board.ask(node, next);
      if (stands === 'mine') return null;
      if (stands === 'done') return this.fetch(node, next());
      const other = board.take();
      if (other >= 0) work.workOut(other);
      else if (!board.waitFor(node)) return null;
    }
  }

  /** Ends the threads. */
  async dismiss(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private begin(): void {
    const { memory, plan } = this;
    this.workers = this.books.slice(1).map((book, i) => {
      const workerData: AheadPlan = { ...plan, memory, book: book.memory, who: i + 1 };
      const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData });
      // One that fails, for want of memory say, is missed by nobody: the search does its part.
      return worker.on('error', () => {});
    });
  }

  /** What came of a node, whose place is free then; null if it is to be asked for again. */
  private fetch(node: number, next: number): Outcomes | null {
    const { board, outcomes, read, books } = this;
    const { results } = board;
    let at = board.resultAt(node);
    const who = results[at++] as number;
    if (who !== ASK_AGAIN) {
      const tales = read[who] as Told[];
      const words = outcomes.rows.length / outcomes.told.length;
      for (let e = 0; e < outcomes.told.length; e++) {
        const number = results[at++] as number;
        while (tales.length <= number) tales.push((books[who] as Book).next());
        outcomes.told[e] = tales[number] as Told;
        for (let w = 0; w < words; w++) outcomes.rows[e * words + w] = results[at++] as number;
      }
    }
    board.fetched(node, next);
    return who === ASK_AGAIN ? null : outcomes;
  }
}
