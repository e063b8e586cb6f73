import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { Asked, Terminal, ThreadData, Told } from './messages.ts';

const data = workerData as ThreadData | null;

/** Whether this is the thread of a command that another thread watches, as for every command with a kernel file. */
const isWatched = !isMainThread && data?.vtlb === 'command';

/** Tells the thread that watches this one; nothing where none does. */
export function tell(told: Told): void {
  if (isWatched) parentPort?.postMessage(told);
}

/** Whether what this thread writes to standard error is seen on a terminal. */
export function isTerminal(): boolean {
  return isWatched ? data.isTerminal : process.stderr.isTTY === true;
}

/** What standard output comes to, where another thread writes it for this one; else null. */
export function workerTerminal(): Terminal | null {
  return isWatched ? data.output : null;
}

/** Calls back at the first Ctrl-C or SIGTERM; a second one kills the process as usual. */
export function onInterrupt(interrupted: () => void): void {
  if (!isWatched) {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, interrupted);
    return;
  }
  tell({ listens: true });
  parentPort?.on('message', (asked: Asked) => {
    if (asked === 'interrupt') interrupted();
  });
  parentPort?.unref();
}

/** Ends a watched thread now, whatever foreign code in it still waits for. */
export function endThread(): void {
  if (isWatched) process.exit();
}

/** Answers as often as it is asked, so that the other thread knows that this one takes turns. */
export function answerWhenAsked(): void {
  if (!isWatched) return;
  parentPort?.on('message', (asked: Asked) => {
    if (asked === 'answer') tell({ answers: true });
  });
  parentPort?.unref();
}
