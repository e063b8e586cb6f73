import { type Field, valueIn } from '../rows/field.ts';
import { EngineError } from './engine-error.ts';

/** Numbers a read takes in `Recorder.path`: word, shift, mask, value. */
export const READ_WORDS = 4;

/** A row whose fields are read and written. */
export class Cells {
  readonly row: Int32Array;

  /** @param words words of a row */
  constructor(words: number) {
    this.row = new Int32Array(words);
  }

  /** The value of a field. */
  read(field: Field): number {
    return valueIn(this.row, field);
  }

  /** Whether reading a field records nothing. */
  knows(_: Field): boolean {
    return true;
  }

  /** Gives a field a value. @throws EngineError if there is no place for it */
  write(field: Field, value: number): void {
    const { bits, word, shift, mask, constant, name } = field;
    if (bits === 0 && value === constant) return;
    if (bits === 0 || value < 0 || (bits < 32 && value > mask))
      throw new EngineError(`${name} = ${value}: this layout has no place for it`);
    this.writeBits(word, mask << shift, value << shift);
  }

  /** Gives some bits of a word values. */
  writeBits(word: number, mask: number, bits: number): void {
    this.row[word] = ((this.row[word] as number) & ~mask) | bits;
  }
}

/**
 * A row that a piece of work is carried out on, with what the work reads of it before it is written, in order, and
 * what it writes. The same work on any row with the same values read would read and write the same.
 */
export class Recorder extends Cells {
  /** The bits read or written so far. */
  readonly known: Int32Array;
  /** The bits written so far. */
  readonly written: Int32Array;
  /** The reads, one after the other. */
  path = new Int32Array(1 << 12);
  /** How much of `path` is in use. */
  length = 0;

  private readonly wholeBits: number;

  /**
   * @param words words of a row, with all that work may read and write
   * @param wholeBits bits up to which a field is read at once where a part of it is asked for: fewer reads, more paths
   */
  constructor(words: number, wholeBits = 0) {
    super(words);
    this.wholeBits = wholeBits;
    this.known = new Int32Array(words);
    this.written = new Int32Array(words);
  }

  /** Starts over with a row, of which nothing is known. */
  begin(row: Int32Array): void {
    this.row.set(row);
    this.known.fill(0);
    this.written.fill(0);
    this.length = 0;
  }

  /** Gives a word what it always is for this piece of work, so that no read of it is recorded. */
  know(word: number, value: number): void {
    this.row[word] = value;
    this.known[word] = -1;
  }

  override read(field: Field): number {
    const { bits, word, shift, mask } = field;
    if (bits === 0) return field.constant;
    const place = mask << shift;
    const value = ((this.row[word] as number) >>> shift) & mask;
    const known = (this.known[word] as number) & place;
    if (known === place) return value;
    if (known !== 0) throw new EngineError(`cannot happen: ${field.name} is known in part`);
    const { whole } = field;
    const isFirst =
      whole !== undefined &&
      whole.bits <= this.wholeBits &&
      ((this.known[word] as number) & (whole.mask << whole.shift)) === 0;
    this.record(isFirst ? whole : field);
    return value;
  }

  private record({ word, shift, mask }: Field): void {
    if (this.length + READ_WORDS > this.path.length) this.grow();
    const { path } = this;
    path[this.length++] = word;
    path[this.length++] = shift;
    path[this.length++] = mask;
    path[this.length++] = ((this.row[word] as number) >>> shift) & mask;
    (this.known[word] as number) |= mask << shift;
  }

  override knows({ bits, word, shift, mask }: Field): boolean {
    const place = mask << shift;
    return bits === 0 || ((this.known[word] as number) & place) === place;
  }

  override writeBits(word: number, mask: number, bits: number): void {
    super.writeBits(word, mask, bits);
    (this.known[word] as number) |= mask;
    (this.written[word] as number) |= mask;
  }

  private grow(): void {
    const { path } = this;
    this.path = new Int32Array(path.length * 2);
    this.path.set(path);
  }
}
