import type { CodeRunner } from '../runner.ts';
import type { AheadBoard } from './board.ts';
import type { Book } from './book.ts';

/** In place of who worked a node out: it is to be asked for again, since the code gave up, or there was no room to tell. */
export const ASK_AGAIN = -1;

/** Integers of what comes of one node: who worked it out, and by event the number of what was told and the row behind it. */
export function strideOf(events: number, words: number): number {
  return 1 + events * (1 + words);
}

/** One thread's work on nodes that it took. */
export class AheadWork {
  private readonly board: AheadBoard;
  private readonly runner: CodeRunner;
  private readonly book: Book;
  private readonly who: number;

  constructor(board: AheadBoard, runner: CodeRunner, book: Book, who: number) {
    this.board = board;
    this.runner = runner;
    this.book = book;
    this.who = who;
  }

  /** Works out a node, and puts what came of it into its place. */
  workOut(node: number): void {
    const { board } = this;
    const { results } = board;
    const at = board.resultAt(node);
    results[at] = ASK_AGAIN;
    try {
      if (this.put(node, at + 1)) results[at] = this.who;
    } finally {
      board.done(node);
    }
  }

  /** Whether all that came of a node could be put. */
  private put(node: number, from: number): boolean {
    const { board, runner, book } = this;
    const { results } = board;
    const { rows, told } = runner.from(node, board);
    const words = rows.length / told.length;
    let at = from;
    for (const [e, tale] of told.entries()) {
      const number = tale === null ? -1 : book.write(tale);
      if (number < 0) return false;
      results[at++] = number;
      for (let w = 0; w < words; w++) results[at++] = rows[e * words + w] as number;
    }
    return true;
  }
}
