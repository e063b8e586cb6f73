import { type RowCode, rowCode } from './row-code.ts';

/** Rows of a chunk. */
const CHUNK_ROWS = 4096;

/** Chunks that queues of rows of one length have done with. */
export class ChunkPool {
  readonly words: number;
  /** Bytes of all chunks, in use or not. */
  bytes = 0;
  private readonly free: Int32Array[] = [];

  /** @param words words of a row */
  constructor(words: number) {
    this.words = words;
  }

  take(): Int32Array {
    const free = this.free.pop();
    if (free !== undefined) return free;
    const chunk = new Int32Array(CHUNK_ROWS * this.words);
    this.bytes += chunk.byteLength;
    return chunk;
  }

  give(chunk: Int32Array): void {
    this.free.push(chunk);
  }
}

/** Rows, first in first out. The chunks that hold them return to their pool as they are read. */
export class RowQueue {
  /** Rows held. */
  length = 0;
  /** The chunk of the first row; only when there is one. */
  head: Int32Array;
  /** Where in `head` the first row begins. */
  at = 0;
  private readonly pool: ChunkPool;
  private readonly words: number;
  private readonly code: RowCode;
  /** The chunks after `head`, and how many of them are behind it. */
  private chunks: Int32Array[] = [];
  private passed = 0;
  private tail: Int32Array;
  private tailAt = 0;

  constructor(pool: ChunkPool) {
    this.pool = pool;
    this.words = pool.words;
    this.code = rowCode(pool.words);
    this.head = pool.take();
    this.tail = this.head;
  }

  /** Appends the row at an offset of `rows`. */
  push(rows: Int32Array, at: number): void {
    if (this.tailAt === this.tail.length) {
      this.tail = this.pool.take();
      this.tailAt = 0;
      this.chunks.push(this.tail);
    }
    this.code.copy(rows, at, this.tail, this.tailAt);
    this.tailAt += this.words;
    this.length++;
  }

  /** Drops the first row. */
  shift(): void {
    this.length--;
    this.at += this.words;
    if (this.length === 0) {
      this.at = 0;
      this.tailAt = 0;
    } else if (this.at === this.head.length) {
      this.pool.give(this.head);
      this.head = this.chunks[this.passed++] as Int32Array;
      this.at = 0;
      if (this.passed === 1024) {
        this.chunks = this.chunks.slice(this.passed);
        this.passed = 0;
      }
    }
  }

  /** The rows as pieces of arrays, first to last. */
  *pieces(): Generator<Int32Array> {
    if (this.length === 0) return;
    const all = [this.head, ...this.chunks.slice(this.passed)];
    for (const [i, chunk] of all.entries()) {
      yield chunk.subarray(i === 0 ? this.at : 0, chunk === this.tail ? this.tailAt : chunk.length);
    }
  }
}
