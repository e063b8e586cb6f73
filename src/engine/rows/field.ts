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
  /** The field that it is a part of. */
  readonly whole?: Field;
}

/** What the values of a part number, if others of them may take their place. */
export type Numbers = 'spaces' | 'pcids' | null;

/** A field and its parts, by name. */
export type Compound<P extends string> = Field & { readonly [Q in P]: Field } & {
  readonly parts: readonly { readonly field: Field; readonly numbers: Numbers }[];
  /** Whether 0 is none, and not a value. */
  readonly isOptional: boolean;
};

/** The value of a field in a row. */
export function valueIn(row: Int32Array, field: Field): number {
  if (field.bits === 0) return field.constant;
  return ((row[field.word] as number) >>> field.shift) & field.mask;
}

/** Some bits of a field as a field; of no bits, it is always 0. */
export function partOf(field: Field, what: string, at: number, bits: number): Field {
  const name = `${field.name} ${what}`;
  if (bits === 0) return { name, bits: 0, word: 0, shift: 0, mask: 0, constant: 0 };
  const part = { name, bits, word: field.word, shift: field.shift + at, mask: 2 ** bits - 1, constant: 0 };
  return { ...part, whole: field };
}
