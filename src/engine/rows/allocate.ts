import { type Compound, type Field, type Numbers, partOf } from './field.ts';

const WORD = 32;

/** Bits that hold the values 0 to `greatest`. */
export function bitsFor(greatest: number): number {
  return WORD - Math.clz32(greatest);
}

/** A field of no bits: `value` in every state of the layout. */
export function constantField(name: string, value: number): Field {
  return { name, bits: 0, word: 0, shift: 0, mask: 0, constant: value };
}

/** Gives out the bits of a row, each field to the first word that has room for it. */
export class Allocator {
  readonly #free: number[] = [];
  readonly #first: number;
  readonly fields: Field[] = [];

  /** @param first the word to begin with */
  constructor(first: number) {
    this.#first = first;
  }

  /** Words from the first one to the last that was given out. */
  get words(): number {
    return this.#free.length;
  }

  /** A field for the values 0 to `greatest`. */
  field(name: string, greatest: number): Field {
    return this.bits(name, bitsFor(greatest));
  }

  /** A field of so many bits, at most 32. */
  bits(name: string, bits: number): Field {
    if (bits === 0) return constantField(name, 0);
    let at = this.#free.findIndex((free) => free >= bits);
    if (at < 0) at = this.#free.push(WORD) - 1;
    const shift = WORD - (this.#free[at] as number);
    this.#free[at] = WORD - shift - bits;
    const mask = bits === WORD ? -1 : 2 ** bits - 1;
    const field: Field = { name, bits, word: this.#first + at, shift, mask, constant: 0 };
    this.fields.push(field);
    return field;
  }

  /** A field of some parts, each of so many bits, the first in the lowest. */
  compound<P extends string>(
    name: string,
    parts: Readonly<Record<P, readonly [bits: number, numbers: Numbers]>>,
    isOptional = false,
  ): Compound<P> {
    const sizes = Object.entries<readonly [number, Numbers]>(parts);
    const whole = this.bits(
      name,
      sizes.reduce((sum, [, [bits]]) => sum + bits, 0),
    );
    let at = 0;
    const placed = sizes.map(([what, [bits, numbers]]) => {
      const field = partOf(whole, what, at, bits);
      at += bits;
      return { what, field, numbers };
    });
    const byName = Object.fromEntries(placed.map(({ what, field }) => [what, field])) as Record<P, Field>;
    return { ...whole, parts: placed, isOptional, ...byName };
  }
}
