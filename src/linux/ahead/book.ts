import { Tales } from '../tales.ts';
import type { Told } from '../words.ts';

/** Bytes of what one thread may tell. */
const BYTES = 1 << 20;
/** Integers in front of the text: tales written, and bytes in use. */
const HEAD = 2;

/** What was told of events, each once, where other threads read it: JSON texts, each with its length in front. */
export class Book {
  readonly memory: SharedArrayBuffer;
  private readonly head: Int32Array;
  private readonly bytes: Uint8Array;
  private readonly tales = new Tales();
  /** Where the next is read. */
  private at = 0;

  constructor(memory = new SharedArrayBuffer(HEAD * 4 + BYTES)) {
    this.memory = memory;
    this.head = new Int32Array(memory, 0, HEAD);
    this.bytes = new Uint8Array(memory, HEAD * 4);
  }

  /** Writes a tale that is not there yet; its number, or -1 where there is no room for it. */
  write(told: Told): number {
    const known = this.tales.size;
    const number = this.tales.numberOf(told);
    if (number < known) return number < (this.head[0] as number) ? number : -1;
    const text = new TextEncoder().encode(JSON.stringify(told));
    const used = this.head[1] as number;
    if (number !== this.head[0] || used + 4 + text.length > BYTES) return -1;
    new DataView(this.memory, HEAD * 4).setInt32(used, text.length);
    this.bytes.set(text, used + 4);
    this.head[1] = used + 4 + text.length;
    this.head[0] = number + 1;
    return number;
  }

  /** Reads the next tale. */
  next(): Told {
    const length = new DataView(this.memory, HEAD * 4).getInt32(this.at);
    const text = this.bytes.slice(this.at + 4, this.at + 4 + length);
    this.at += 4 + length;
    return JSON.parse(new TextDecoder().decode(text)) as Told;
  }
}
