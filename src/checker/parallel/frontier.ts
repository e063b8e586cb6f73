import { type RowCode, rowCode } from '../row-code.ts';

/** Rows of a chunk: few, so that the last threads at work on a level are not long alone. */
const CHUNK_ROWS = 1024;
/** Chunks kept in hand for each thread: what it fills between two looks at the room. */
const IN_HAND = 8;
const NONE = -1;

/** Shared words: which of the two lists is of this level, chunks ever used, and what was listed and taken. */
const WORD = { current: 0, used: 1, listed: 2, taken: 4, count: 6 } as const;

/** The shared memory of a frontier, as it is sent to threads. */
export interface FrontierMemory {
  readonly rows: SharedArrayBuffer;
  readonly words: SharedArrayBuffer;
  /** For each chunk the rows in it, and how many of them were expanded. */
  readonly filled: SharedArrayBuffer;
  readonly begun: SharedArrayBuffer;
  /** The chunks of each list. */
  readonly lists: readonly [SharedArrayBuffer, SharedArrayBuffer];
}

/**
 * Memory for a frontier that takes up to so many bytes, or fewer if they cannot be had, in which `threads` threads
 * work. It is reserved at once, and used as the frontier grows.
 */
export function frontierMemory(maxBytes: number, rowWords: number, threads: number): FrontierMemory {
  const chunkBytes = CHUNK_ROWS * rowWords * 4;
  const fewest = 2 * IN_HAND * threads;
  const rows = reserve(Math.ceil(maxBytes / chunkBytes) + fewest, fewest, chunkBytes);
  const perChunk = () => new SharedArrayBuffer((rows.byteLength / chunkBytes) * 4);
  return {
    rows,
    words: new SharedArrayBuffer(WORD.count * 4),
    filled: perChunk(),
    begun: perChunk(),
    lists: [perChunk(), perChunk()],
  };
}

function reserve(chunks: number, fewest: number, chunkBytes: number): SharedArrayBuffer {
  for (let n = chunks; ; n = Math.max(fewest, Math.floor(n / 2))) {
    try {
      return new SharedArrayBuffer(n * chunkBytes);
    } catch (error) {
      if (!(error instanceof RangeError) || n === fewest) throw error;
    }
  }
}

/**
 * The states to expand, as one thread sees them: two lists of chunks, those of this level and those of the
 * next, that all threads take from and add to. A thread takes whole chunks, and owns those that it has taken or
 * not yet listed.
 */
export class Frontier {
  /** The rows of the chunk taken that are not expanded. */
  head: Int32Array = new Int32Array(0);
  at = 0;
  length = 0;
  private readonly memory: FrontierMemory;
  private readonly rowWords: number;
  private readonly code: RowCode;
  private readonly words: Int32Array;
  private readonly filled: Int32Array;
  private readonly begun: Int32Array;
  private readonly lists: readonly Int32Array[];
  /** Chunks that this thread may fill again. */
  private readonly free: number[] = [];
  /** Where in the list the chunk taken is. */
  private taken = NONE;
  /** The chunk that is being filled, and its rows. */
  private filling = NONE;
  private tail: Int32Array = new Int32Array(0);
  private tailAt = 0;

  constructor(memory: FrontierMemory, rowWords: number) {
    this.memory = memory;
    this.rowWords = rowWords;
    this.code = rowCode(rowWords);
    this.words = new Int32Array(memory.words);
    this.filled = new Int32Array(memory.filled);
    this.begun = new Int32Array(memory.begun);
    this.lists = memory.lists.map((list) => new Int32Array(list));
  }

  /** Bytes of the chunks ever used, by any thread. */
  get bytes(): number {
    return Atomics.load(this.words, WORD.used) * CHUNK_ROWS * this.rowWords * 4;
  }

  /** Whether there are chunks for so many threads to go on. */
  hasRoomFor(threads: number): boolean {
    return Atomics.load(this.words, WORD.used) + threads * IN_HAND <= this.filled.length;
  }

  /** Whether all chunks of this level were taken. */
  get isTaken(): boolean {
    return this.count('taken', this.current) >= this.count('listed', this.current);
  }

  /** Whether the next level has no chunk that was listed. */
  get isNextEmpty(): boolean {
    return this.count('listed', 1 - this.current) === 0;
  }

  /** Takes a chunk of this level, unless there are rows left of the last; whether there are rows to expand. */
  take(): boolean {
    if (this.length > 0) return true;
    const { current } = this;
    const next = Atomics.add(this.words, WORD.taken + current, 1);
    if (next >= this.count('listed', current)) return false;
    const chunk = (this.lists[current] as Int32Array)[next] as number;
    const from = this.begun[chunk] as number;
    this.taken = next;
    this.head = this.chunk(chunk);
    this.at = from * this.rowWords;
    this.length = (this.filled[chunk] as number) - from;
    return true;
  }

  /** Notes that the first `count` rows to expand have been. */
  expanded(count: number): void {
    this.at += count * this.rowWords;
    this.length -= count;
    if (this.length === 0) this.giveBack();
  }

  /** Adds a row to the next level. */
  push(rows: Int32Array, at: number): void {
    if (this.tailAt === this.tail.length) {
      this.list();
      this.filling = this.free.pop() ?? Atomics.add(this.words, WORD.used, 1);
      this.tail = this.chunk(this.filling);
      this.tailAt = 0;
    }
    this.code.copy(rows, at, this.tail, this.tailAt);
    this.tailAt += this.rowWords;
  }

  /** Lists the chunk that is being filled, for all threads to see. */
  list(): void {
    if (this.filling === NONE) return;
    const { filling, current } = this;
    this.filled[filling] = this.tailAt / this.rowWords;
    this.begun[filling] = 0;
    const place = Atomics.add(this.words, WORD.listed + 1 - current, 1);
    (this.lists[1 - current] as Int32Array)[place] = filling;
    this.filling = NONE;
    this.tail = new Int32Array(0);
    this.tailAt = 0;
  }

  /** Notes how far the chunk taken was expanded, and lists what is filled, for `rowsLeft` and `rowsNext`. */
  leave(): void {
    this.list();
    if (this.taken === NONE) return;
    const chunk = (this.lists[this.current] as Int32Array)[this.taken] as number;
    this.begun[chunk] = (this.filled[chunk] as number) - this.length;
  }

  /** Goes on to the next level, for all threads, none of which may be at work. */
  descend(): void {
    const { current, words } = this;
    Atomics.store(words, WORD.listed + current, 0);
    Atomics.store(words, WORD.taken + current, 0);
    Atomics.store(words, WORD.current, 1 - current);
  }

  /** The rows of this level that no thread has expanded, when all have left; at most one chunk in a piece. */
  rowsLeft(): Generator<Int32Array> {
    return this.rowsOf(this.current);
  }

  /** The rows of the next level, when all threads have left; at most one chunk in a piece. */
  rowsNext(): Generator<Int32Array> {
    return this.rowsOf(1 - this.current);
  }

  private *rowsOf(list: number): Generator<Int32Array> {
    for (const id of (this.lists[list] as Int32Array).subarray(0, this.count('listed', list))) {
      if (id === NONE) continue;
      const [from, to] = [this.begun[id] as number, this.filled[id] as number];
      yield this.chunk(id).subarray(from * this.rowWords, to * this.rowWords);
    }
  }

  private get current(): number {
    return Atomics.load(this.words, WORD.current);
  }

  private count(what: 'listed' | 'taken', list: number): number {
    return Atomics.load(this.words, WORD[what] + list);
  }

  private chunk(id: number): Int32Array {
    const length = CHUNK_ROWS * this.rowWords;
    return new Int32Array(this.memory.rows, id * length * 4, length);
  }

  /** Makes the chunk taken, all of whose rows were expanded, one to fill again. */
  private giveBack(): void {
    const list = this.lists[this.current] as Int32Array;
    this.free.push(list[this.taken] as number);
    list[this.taken] = NONE;
    this.taken = NONE;
  }
}
