import { BARRIER_WORDS } from './barrier.ts';

/** Rows that one part may send to another in a round. */
export const BOX_ROWS = 1 << 14;

/** Words that all parts share. */
const WORD = {
  /** Set by the main thread when a limit is reached. */
  stop: 0,
  /** What part 0 saw of it, so that all parts see the same. */
  stopSeen: 1,
  /** The findings that occurred, as a mask. */
  found: 2,
  /** How many parts have no more room. */
  full: 3,
  barrier: 4,
} as const;

/** Numbers that each part tells the others, and the main thread. */
export const TOLD = { states: 0, transitions: 1, current: 2, next: 3, bytes: 4, level: 5 } as const;

const TOLD_LENGTH = 8;

/** The memory that the threads of a search share, as it is sent to them. */
export interface SharedMemory {
  readonly words: SharedArrayBuffer;
  readonly told: SharedArrayBuffer;
  readonly sent: SharedArrayBuffer;
  readonly boxes: SharedArrayBuffer;
}

/** Bytes of all that `parts` threads send each other in a round. */
export function boxBytes(parts: number, rowWords: number): number {
  return parts * parts * BOX_ROWS * rowWords * 4;
}

/** Memory for `parts` threads that send each other rows of so many words. */
export function shareMemory(parts: number, rowWords: number): SharedMemory {
  return {
    words: new SharedArrayBuffer((WORD.barrier + BARRIER_WORDS) * 4),
    told: new SharedArrayBuffer(parts * TOLD_LENGTH * 8),
    sent: new SharedArrayBuffer(parts * parts * 4),
    boxes: new SharedArrayBuffer(boxBytes(parts, rowWords)),
  };
}

/**
 * What the threads of a search know of each other. A part writes only what is its own, and reads what others
 * wrote only after a barrier.
 */
export class Board {
  readonly parts: number;
  private readonly memory: SharedMemory;
  private readonly words: Int32Array;
  private readonly told: Float64Array;
  private readonly sent: Int32Array;

  constructor(memory: SharedMemory, parts: number) {
    this.parts = parts;
    this.memory = memory;
    this.words = new Int32Array(memory.words);
    this.told = new Float64Array(memory.told);
    this.sent = new Int32Array(memory.sent);
  }

  /** The barrier's words. */
  get barrier(): Int32Array {
    return this.words.subarray(WORD.barrier);
  }

  /** Bytes shared. */
  get bytes(): number {
    return this.memory.boxes.byteLength;
  }

  /** Where rows from one part to another go. */
  box(from: number, to: number): Int32Array {
    const length = this.memory.boxes.byteLength / 4 / this.parts ** 2;
    return new Int32Array(this.memory.boxes, (from * this.parts + to) * length * 4, length);
  }

  /** How many rows one part sends another in this round. */
  rowsSent(from: number, to: number): number {
    return this.sent[from * this.parts + to] as number;
  }

  setRowsSent(from: number, to: number, rows: number): void {
    this.sent[from * this.parts + to] = rows;
  }

  tell(part: number, what: keyof typeof TOLD, value: number): void {
    this.told[part * TOLD_LENGTH + TOLD[what]] = value;
  }

  /** The sum of what the parts tell. */
  sum(what: keyof typeof TOLD): number {
    let sum = 0;
    for (let part = 0; part < this.parts; part++) sum += this.told[part * TOLD_LENGTH + TOLD[what]] as number;
    return sum;
  }

  /** The level of the first part. */
  get level(): number {
    return this.told[TOLD.level] as number;
  }

  /** The main thread asks all parts to stop. */
  stop(): void {
    Atomics.store(this.words, WORD.stop, 1);
  }

  /** Part 0 looks whether to stop, for all. */
  seeStop(): void {
    Atomics.store(this.words, WORD.stopSeen, Atomics.load(this.words, WORD.stop));
  }

  get stopped(): boolean {
    return Atomics.load(this.words, WORD.stopSeen) !== 0;
  }

  /** The findings that occurred in any part, as a mask. */
  get found(): number {
    return Atomics.load(this.words, WORD.found);
  }

  addFound(mask: number): void {
    if (mask !== 0) Atomics.or(this.words, WORD.found, mask);
  }

  /** Whether a part has no more room. */
  get full(): boolean {
    return Atomics.load(this.words, WORD.full) !== 0;
  }

  setFull(): void {
    Atomics.store(this.words, WORD.full, 1);
  }
}
