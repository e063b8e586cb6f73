/** Which bits of a 32-bit word are known to be 0, and which to be 1. */
export interface Bits {
  readonly zeros: number;
  readonly ones: number;
}

export const NOTHING: Bits = { zeros: 0, ones: 0 };

/** The bits of a number, all of them known. */
export function bitsOf(number: number): Bits {
  return { zeros: ~number, ones: number | 0 };
}

/** Whether every bit is known. */
export function isWhole({ zeros, ones }: Bits): boolean {
  return (zeros | ones) === -1;
}

/** What is known of either of two words. */
export function either(one: Bits, other: Bits): Bits {
  return { zeros: one.zeros & other.zeros, ones: one.ones & other.ones };
}

/** Whether a word with these bits can be a certain number. */
export function canBe({ zeros, ones }: Bits, number: number): boolean {
  return (zeros & number) === 0 && (ones & ~number) === 0;
}

/** The bits of `left operator right`, as far as they follow. */
export function combine(operator: string, left: Bits, right: Bits): Bits {
  switch (operator) {
    case '&':
      return { zeros: left.zeros | right.zeros, ones: left.ones & right.ones };
    case '|':
      return { zeros: left.zeros & right.zeros, ones: left.ones | right.ones };
    case '^': {
      const sure = (left.zeros | left.ones) & (right.zeros | right.ones);
      const result = left.ones ^ right.ones;
      return { zeros: sure & ~result, ones: sure & result };
    }
    case '<<':
      if (!isWhole(right)) return NOTHING;
      return { zeros: (left.zeros << right.ones) | ~(-1 << right.ones), ones: left.ones << right.ones };
    case '>>>':
      if (!isWhole(right) || right.ones === 0) return right.ones === 0 && isWhole(right) ? left : NOTHING;
      return {
        zeros: (left.zeros >>> right.ones) | ~(-1 >>> right.ones),
        ones: left.ones >>> right.ones,
      };
    default:
      return NOTHING;
  }
}
