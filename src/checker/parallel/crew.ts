import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Limits, StopReason } from '../limits.ts';
import type { Model, ModelSource } from '../model.ts';
import type { Progress } from '../result.ts';
import { Board, shareMemory } from './board.ts';
import type { Beginning, PartDone, PartRows, PartSection, Plan } from './plan.ts';

/** Milliseconds between two looks at the limits. */
const PULSE = 20;

/** What a search in worker threads needs. */
export interface CrewOptions {
  readonly model: Model;
  readonly source: ModelSource;
  readonly symmetric: boolean;
  readonly workers: number;
  readonly limits: Limits;
  readonly beginning: Beginning;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What the worker threads came to. */
export interface CrewRan extends Progress {
  /** The distance of the states that were being expanded. */
  readonly level: number;
  readonly outcome: 'complete' | 'ended' | StopReason;
  /** The findings that occurred, as a mask, none of them with a trace. */
  readonly occurred: number;
  readonly fired: readonly number[];
  readonly noted: readonly number[];
  readonly bytes: number;
  /** The event to go on with in the first state that is not expanded. */
  readonly event: number;
  /** States to be expanded, of this level and the next. */
  readonly current: number;
  readonly next: number;
}

/** Worker threads that search together. This thread only watches them. */
export class Crew {
  private readonly options: CrewOptions;
  private readonly board: Board;
  private readonly workers: Worker[];

  /** Starts the threads; `dismiss` ends them. */
  constructor(options: CrewOptions) {
    const { model, workers, limits } = options;
    const memory = shareMemory(workers, model.words);
    this.options = options;
    this.board = new Board(memory, workers);
    this.board.tell(0, 'level', options.beginning.level);
    this.workers = Array.from({ length: workers }, (_, part) => {
      const plan: Plan = {
        source: options.source,
        symmetric: options.symmetric,
        part,
        parts: workers,
        maxBytes: Math.floor((limits.maxMemory - this.board.bytes) / workers),
        memory,
        beginning: options.beginning,
      };
      return new Worker(new URL('./worker.js', import.meta.url), { workerData: plan });
    });
  }

  /** Searches until the threads end or a limit is reached. */
  async run(): Promise<CrewRan> {
    const { board } = this;
    const { limits, onProgress, beginning } = this.options;
    const done = Promise.all(this.workers.map(answer<PartDone>));
    let stoppedBy: StopReason | null = null;
    while ((await Promise.race([done, setTimeout(PULSE)])) === undefined) {
      onProgress?.(this.progress());
      if (stoppedBy !== null) continue;
      stoppedBy = board.sum('states') >= limits.maxStates ? 'states' : await limits.reached();
      if (stoppedBy !== null) board.stop();
    }
    const parts = await done;
    const { outcome } = parts[0] as PartDone;
    return {
      ...this.progress(),
      level: board.level,
      outcome: outcome === 'stopped' ? (stoppedBy ?? 'interrupt') : outcome,
      occurred: board.found,
      fired: merge(parts, 'fired', beginning.fired, (a, b) => a + b),
      noted: merge(parts, 'noted', beginning.noted, (a, b) => a | b),
      event: Math.max(...parts.map(({ event }) => event)),
      bytes: this.bytes,
      current: board.sum('current'),
      next: board.sum('next'),
    };
  }

  /** Rows of all parts, part by part; after they have ended. */
  async *rows(section: PartSection): AsyncGenerator<Int32Array> {
    for (const worker of this.workers) {
      for (;;) {
        worker.postMessage(section);
        const rows = await answer<PartRows>(worker);
        if (rows === null) break;
        yield rows;
      }
    }
  }

  /** Ends the threads, whatever they are doing. */
  async dismiss(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private get bytes(): number {
    return this.board.bytes + this.board.sum('bytes');
  }

  private progress(): Progress {
    const { board } = this;
    const next = board.sum('next');
    return {
      states: Math.max(board.sum('states'), this.options.beginning.states),
      transitions: this.options.beginning.transitions + board.sum('transitions'),
      depth: board.level + (next > 0 ? 1 : 0),
      frontier: board.sum('current') + next,
    };
  }
}

/** What a worker says next. Rejects when it fails. */
async function answer<T>(worker: Worker): Promise<T> {
  const [message]: T[] = await once(worker, 'message');
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
