const CHUNK = 1 << 16;

/** A growing list of small counts, a byte each, or two where they exceed 255. */
export class Counts {
  length = 0;
  private readonly wide: boolean;
  private readonly chunks: (Uint8Array | Uint16Array)[] = [];
  private tail: Uint8Array | Uint16Array;

  /** @param largest the largest count, below 2^16 */
  constructor(largest: number) {
    if (largest >= 2 ** 16) throw new RangeError(`no list of counts up to ${largest}`);
    this.wide = largest > 255;
    this.tail = this.allocate(0);
  }

  get entryBytes(): number {
    return this.wide ? 2 : 1;
  }

  get bytes(): number {
    return this.chunks.length * CHUNK * this.entryBytes;
  }

  push(count: number): void {
    const at = this.length++ % CHUNK;
    if (at === 0) {
      this.tail = this.allocate(CHUNK);
      this.chunks.push(this.tail);
    }
    this.tail[at] = count;
  }

  get(index: number): number {
    return this.chunks[Math.floor(index / CHUNK)]?.[index % CHUNK] as number;
  }

  /** The counts as pieces of arrays, first to last. */
  *pieces(): Generator<Uint8Array | Uint16Array> {
    for (const [i, chunk] of this.chunks.entries()) yield chunk.subarray(0, this.length - i * CHUNK);
  }

  private allocate(length: number): Uint8Array | Uint16Array {
    return this.wide ? new Uint16Array(length) : new Uint8Array(length);
  }
}
