import { workerData } from 'node:worker_threads';
import { CodeRunner } from '../runner.ts';
import { AheadBoard } from './board.ts';
import { Book } from './book.ts';
import type { AheadPlan } from './plan.ts';
import { AheadWork } from './work.ts';

/** The entry of a thread that works out nodes of Linux's own code ahead of a search, until it is ended. */
const { module, rows, memory, book, who }: AheadPlan = workerData;
const board = new AheadBoard(memory);
const work = new AheadWork(board, new CodeRunner(module, rows), new Book(book), who);
for (;;) {
  const node = board.take();
  if (node < 0) board.waitToTake();
  else work.workOut(node);
}
