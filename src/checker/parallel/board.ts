import type { Model } from '../model.ts';
import type { Extent } from '../visited.ts';
import { BARRIER_WORDS } from './barrier.ts';
import { type FrontierMemory, frontierMemory } from './frontier.ts';
import type { PartsOutcome } from './plan.ts';

/** Words that all parts share. */
const WORD = {
  /** Set by the main thread when a limit is reached. */
  stop: 0,
  /** Set by a part that asks all to meet. */
  meet: 1,
  /** The goals that occurred, as a mask. */
  found: 2,
  states: 3,
  /** What part 0 decided: how the search goes on, its level, and the slots of the table. */
  outcome: 4,
  level: 5,
  slots: 6,
  /** The distance of the farthest state found, where there are facts. */
  depth: 7,
  /** Whether the main thread wants all parts to pause, and whether they do: see PAUSE. */
  pause: 8,
  barrier: 9,
} as const;

const PAUSE = { none: 0, wanted: 1, taken: 2 } as const;

/**
 * Numbers that each part tells the main thread; `woken` are the states put up to be expanded beyond those that it
 * found, or, below 0, short of them: another part may put one up.
 */
const TOLD = { transitions: 0, expanded: 1, busy: 2, woken: 3 } as const;
/** A cache line, so that no part waits for another's. */
const TOLD_LENGTH = 8;

const OUTCOMES: readonly (PartsOutcome | 'open')[] = ['open', 'complete', 'ended', 'memory', 'stopped'];

/** The memory that the threads of a search share, as it is sent to them. */
export interface SharedMemory {
  readonly words: SharedArrayBuffer;
  readonly told: SharedArrayBuffer;
  readonly table: SharedArrayBuffer;
  readonly frontier: FrontierMemory;
  /** For each part its transitions by each event, and what its model noted. */
  readonly fired: SharedArrayBuffer;
  readonly noted: SharedArrayBuffer;
}

/** Memory for `parts` threads that search together with a table of states. */
export function shareMemory(
  table: Int32Array<SharedArrayBuffer>,
  maxBytes: number,
  { words: rowWords, events, noted }: Model,
  parts: number,
): SharedMemory {
  return {
    words: new SharedArrayBuffer((WORD.barrier + BARRIER_WORDS) * 4),
    told: new SharedArrayBuffer(parts * TOLD_LENGTH * 8),
    table: table.buffer,
    frontier: frontierMemory(maxBytes, rowWords, parts),
    fired: new SharedArrayBuffer(parts * events * 8),
    noted: new SharedArrayBuffer(parts * noted.length * 4),
  };
}

/** What the threads of a search know of each other. */
export class Board {
  readonly parts: number;
  private readonly words: Int32Array;
  private readonly told: Float64Array;

  constructor(memory: SharedMemory, parts: number) {
    this.parts = parts;
    this.words = new Int32Array(memory.words);
    this.told = new Float64Array(memory.told);
  }

  /** The barrier's words. */
  get barrier(): Int32Array {
    return this.words.subarray(WORD.barrier);
  }

  /** A part tells a number of its own, which others read for certain only after a barrier. */
  tell(part: number, what: keyof typeof TOLD, value: number): void {
    this.told[part * TOLD_LENGTH + TOLD[what]] = value;
  }

  /** The sum of what the parts tell. */
  sum(what: keyof typeof TOLD): number {
    let sum = 0;
    for (let part = 0; part < this.parts; part++) sum += this.told[part * TOLD_LENGTH + TOLD[what]] as number;
    return sum;
  }

  /** States found by all parts. */
  get states(): number {
    return Atomics.load(this.words, WORD.states);
  }

  addStates(count: number): void {
    if (count !== 0) Atomics.add(this.words, WORD.states, count);
  }

  /** The main thread asks all parts to stop. */
  stop(): void {
    Atomics.store(this.words, WORD.stop, 1);
    this.meet();
  }

  get stopped(): boolean {
    return Atomics.load(this.words, WORD.stop) !== 0;
  }

  /** Asks all parts to meet at the barrier. */
  meet(): void {
    Atomics.store(this.words, WORD.meet, 1);
  }

  /** Whether a part asks for that. */
  get isMeeting(): boolean {
    return Atomics.load(this.words, WORD.meet) !== 0;
  }

  /** Part 0 has all parts go on; a stop that comes later calls them again. */
  disperse(): void {
    Atomics.store(this.words, WORD.meet, 0);
    if (this.stopped || this.pause === PAUSE.wanted) this.meet();
  }

  /** The main thread asks all parts to pause where they meet. */
  askForPause(): void {
    Atomics.store(this.words, WORD.pause, PAUSE.wanted);
    this.meet();
  }

  /** Whether they do: what they share is then as a stop would leave it. */
  get isPaused(): boolean {
    return this.pause === PAUSE.taken;
  }

  /** The main thread has all parts go on. */
  resume(): void {
    Atomics.store(this.words, WORD.pause, PAUSE.none);
    Atomics.notify(this.words, WORD.pause);
  }

  /** Part 0 waits, and with it all others, while the main thread wants a pause. */
  takePause(): void {
    if (Atomics.compareExchange(this.words, WORD.pause, PAUSE.wanted, PAUSE.taken) !== PAUSE.wanted) return;
    while (this.isPaused) Atomics.wait(this.words, WORD.pause, PAUSE.taken);
  }

  private get pause(): number {
    return Atomics.load(this.words, WORD.pause);
  }

  /** The goals that occurred in any part, as a mask. */
  get found(): number {
    return Atomics.load(this.words, WORD.found);
  }

  addFound(mask: number): void {
    if (mask !== 0) Atomics.or(this.words, WORD.found, mask);
  }

  /** How the search goes on. */
  get outcome(): PartsOutcome | 'open' {
    return OUTCOMES[Atomics.load(this.words, WORD.outcome)] as PartsOutcome | 'open';
  }

  decide(outcome: PartsOutcome | 'open'): void {
    Atomics.store(this.words, WORD.outcome, OUTCOMES.indexOf(outcome));
  }

  get level(): number {
    return Atomics.load(this.words, WORD.level);
  }

  set level(level: number) {
    Atomics.store(this.words, WORD.level, level);
  }

  /** The distance of the farthest state found, where there are facts. */
  get depth(): number {
    return Atomics.load(this.words, WORD.depth);
  }

  set depth(depth: number) {
    Atomics.store(this.words, WORD.depth, depth);
  }

  /** The size of the table, as part 0 left it, and the states found since. */
  get extent(): Extent {
    return { slots: Atomics.load(this.words, WORD.slots), size: this.states };
  }

  /** Part 0 tells how many slots of the table are homes. */
  setSlots(slots: number): void {
    Atomics.store(this.words, WORD.slots, slots);
  }
}
