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
  /** Asked now and then whether the threads are to pause. */
  readonly isPauseDue: () => boolean;
  /** Called, and waited for, while they pause. */
  readonly onPause: (far: CrewFar) => Promise<void>;
}

/** How far the worker threads have come together, where they have ended or pause. */
export interface CrewFar extends Progress {
  /** The distance of the states that were being expanded. */
  readonly level: number;
  /** States expanded, each as often as it was, before too. */
  readonly expansions: number;
  /** The goals that occurred, as a mask, none of them with a trace. */
  readonly occurred: number;
  readonly fired: readonly number[];
  readonly noted: readonly number[];
}

/** What the worker threads came to. */
export interface CrewRan extends CrewFar {
  readonly outcome: 'complete' | 'ended' | StopReason;
  readonly bytes: number;
  /** Whether a thread did not come to an end: the numbers are then somewhat short of what the threads did. */
  readonly isStuck: boolean;
}

/** Milliseconds without progress after which a thread that is to stop is taken to do so never. */
const STANDSTILL = 10_000;

/** Sees whether threads that are to stop still get on. */
class Standstill {
  private since = performance.now();
  private last = -1;

  isLong({ transitions, states, frontier }: Progress): boolean {
    const now = transitions + states + frontier;
    if (now !== this.last) this.since = performance.now();
    this.last = now;
    return performance.now() - this.since > STANDSTILL;
  }
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
    const { limits, onProgress, beginning, isPauseDue, onPause } = this.options;
    const { visited } = beginning;
    const done = Promise.all(this.workers.map(answer<PartDone>));
    let stoppedBy: StopReason | null = null;
    const standstill = new Standstill();
    while ((await Promise.race([done, setTimeout(PULSE)])) === undefined) {
      onProgress?.(this.progress());
      if (stoppedBy !== null) {
        if (standstill.isLong(this.progress())) return this.ranTo(stoppedBy, true);
        continue;
      }
      stoppedBy = board.states >= limits.maxStates ? 'states' : await limits.reached();
      if (stoppedBy !== null) {
        board.stop();
        board.resume();
      } else if (board.isPaused) {
        visited.follow(board.extent);
        await onPause(this.far());
        board.resume();
      } else if (isPauseDue()) board.askForPause();
    }
    const { outcome } = (await done)[0] as PartDone;
    return this.ranTo(outcome === 'stopped' ? (stoppedBy ?? 'interrupt') : outcome, false);
  }

  private ranTo(outcome: CrewRan['outcome'], isStuck: boolean): CrewRan {
    const { visited } = this.options.beginning;
    visited.follow(this.board.extent);
    return { ...this.far(), outcome, bytes: visited.bytes + this.frontier.bytes, isStuck };
  }

  /** Ends the threads, whatever they are doing. */
  async dismiss(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private far(): CrewFar {
    const { board } = this;
    const { head, memory } = this.options.beginning;
    return {
      ...this.progress(),
      level: board.level,
      expansions: head.expansions + board.sum('expanded'),
      occurred: board.found,
      fired: merge(head.fired, new Float64Array(memory.fired), (a, b) => a + b),
      noted: merge(head.noted, new Int32Array(memory.noted), (a, b) => a | b),
    };
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

/** Puts a list from before and those of all parts, one behind the other, together entry by entry. */
function merge(
  before: readonly number[],
  parts: ArrayLike<number>,
  put: (a: number, b: number) => number,
): number[] {
  const merged = [...before];
  for (let i = 0; i < parts.length; i++) {
    const entry = i % merged.length;
    merged[entry] = put(merged[entry] as number, parts[i] as number);
  }
  return merged;
}
