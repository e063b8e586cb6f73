import type { Core } from '../machine.ts';

/** A place in a row, at most one word. What no event of a layout changes has no bits and one value. */
export interface Field {
  readonly name: string;
  /** 0 to 32. */
  readonly bits: number;
  readonly word: number;
  /** The place of its lowest bit in the word. */
  readonly shift: number;
  /** As many ones as there are bits, not shifted. */
  readonly mask: number;
  /** The value of a field without bits. */
  readonly constant: number;
}

/** The value of a field. */
export function get(m: Core, field: Field): number {
  return valueIn(m.row, field);
}

/** The value of a field in any row. */
export function valueIn(row: Int32Array, field: Field): number {
  if (field.bits === 0) return field.constant;
  return ((row[field.word] as number) >>> field.shift) & field.mask;
}

/** Gives a field a value, which must fit. A field without bits is never given another. */
export function set(m: Core, field: Field, value: number): void {
  if (field.bits === 0) return;
  m.row[field.word] = ((m.row[field.word] as number) & ~(field.mask << field.shift)) | (value << field.shift);
}
