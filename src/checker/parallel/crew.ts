import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Limits, StopReason } from '../limits.ts';
import type { ModelSource } from '../model.ts';
import type { Progress } from '../result.ts';
import { Board } from './board.ts';
import { Frontier } from './frontier.ts';
import type { Beginning } from './hand-over.ts';
import type { PartDone, Plan } from './plan.ts';

/** Milliseconds between two looks at the limits. */
const PULSE = 20;

/** What a search in worker threads needs. */
export interface CrewOptions {
  readonly source: ModelSource;
  readonly workers: number;
  readonly limits: Limits;
  readonly beginning: Beginning;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What the worker threads came to. */
export interface CrewRan extends Progress {
  /** The distance of the states that were being expanded. */
  readonly level: number;
  /** States expanded, each as often as it was, before too. */
  readonly expansions: number;
  readonly outcome: 'complete' | 'ended' | StopReason;
  /** The findings that occurred, as a mask, none of them with a trace. */
  readonly occurred: number;
  readonly fired: readonly number[];
  readonly noted: readonly number[];
  readonly bytes: number;
}

/** Worker threads that search together. This thread only watches them. */
export class Crew {
  /** The states to expand, as this thread sees them. */
  readonly frontier: Frontier;
  private readonly options: CrewOptions;
  private readonly board: Board;
  private readonly workers: Worker[];
  /** States found that did not wait to be expanded at the beginning. */
  private readonly expanded: number;

  /** Starts the threads; `dismiss` ends them. */
  constructor(options: CrewOptions) {
    const { workers, limits, source, beginning } = options;
    const { head, memory } = beginning;
    this.options = options;
    this.board = new Board(memory, workers);
    this.frontier = new Frontier(memory.frontier, head.words);
    this.expanded = head.entries.keys - head.entries.current - head.entries.next;
    this.workers = Array.from({ length: workers }, (_, part) => {
      const plan: Plan = {
        source,
        symmetric: head.symmetry,
        part,
        parts: workers,
        maxBytes: limits.maxMemory,
        wanted: head.wanted,
        memory,
      };
      return new Worker(new URL('./worker.js', import.meta.url), { workerData: plan });
    });
  }

  /** Searches until the threads end or a limit is reached. */
  async run(): Promise<CrewRan> {
    const { board } = this;
    const { limits, onProgress, beginning } = this.options;
    const { head, visited } = beginning;
    const done = Promise.all(this.workers.map(answer<PartDone>));
    let stoppedBy: StopReason | null = null;
    while ((await Promise.race([done, setTimeout(PULSE)])) === undefined) {
      onProgress?.(this.progress());
      if (stoppedBy !== null) continue;
      stoppedBy = board.states >= limits.maxStates ? 'states' : await limits.reached();
      if (stoppedBy !== null) board.stop();
    }
    const parts = await done;
    const { outcome } = parts[0] as PartDone;
    visited.follow(board.extent);
    return {
      ...this.progress(),
      level: board.level,
      expansions: head.expansions + board.sum('expanded'),
      outcome: outcome === 'stopped' ? (stoppedBy ?? 'interrupt') : outcome,
      occurred: board.found,
      fired: merge(parts, 'fired', head.fired, (a, b) => a + b),
      noted: merge(parts, 'noted', head.noted, (a, b) => a | b),
      bytes: visited.bytes + this.frontier.bytes,
    };
  }

  /** Ends the threads, whatever they are doing. */
  async dismiss(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private progress(): Progress {
    const { board, frontier } = this;
    const { states } = board;
    const { head } = this.options.beginning;
    return {
      states,
      transitions: head.transitions + board.sum('transitions'),
      depth: head.facts > 0 ? board.depth : board.level + (frontier.isNextEmpty ? 0 : 1),
      frontier: states + board.sum('woken') - this.expanded - board.sum('expanded'),
    };
  }
}

/** What a worker says next. Rejects when it fails, or ends without a word. */
async function answer<T>(worker: Worker): Promise<T> {
  const ended = once(worker, 'exit').then(([code]) => {
    throw new Error(`a worker thread ended with code ${code} before its search did`);
  });
  const [message]: T[] = await Promise.race([once(worker, 'message'), ended]);
  return message as T;
}

/** Puts lists that the parts have, and one from before, together entry by entry. */
function merge(
  parts: readonly PartDone[],
  list: 'fired' | 'noted',
  before: readonly number[],
  put: (a: number, b: number) => number,
): number[] {
  return before.map((first, i) => parts.reduce((all, part) => put(all, part[list][i] as number), first));
}
