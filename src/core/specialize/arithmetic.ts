import { type Bits, bitsOf, canBe, combine, isWhole, NOTHING } from './bits.ts';
import { type Clues, computed, known, type Part, type Test, type Value } from './value.ts';

const NEUTRAL_ZERO = new Set(['|', '<<', '>>>', '+', '-', '^']);

const OPERATORS: Readonly<Record<string, (left: number, right: number) => unknown>> = {
  '===': (left, right) => left === right,
  '!==': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '&': (left, right) => left & right,
  '|': (left, right) => left | right,
  '<<': (left, right) => left << right,
  '>>>': (left, right) => left >>> right,
};

/** A computed value, unless its bits are all known. */
export function make(code: string, fixed: boolean, clues: Clues): Value {
  return clues.bits && isWhole(clues.bits) ? known(clues.bits.ones) : computed(code, fixed, clues);
}

/** What is known of the bits of a value. */
export function bitsIn(value: Value): Bits {
  if (!value.known) return value.bits ?? NOTHING;
  return typeof value.value === 'number' ? bitsOf(value.value) : NOTHING;
}

/** The part of a variable that `left operator right` is. */
function partOf(operator: string, left: Value, right: Value): Part | undefined {
  if (left.known || left.part === undefined || !right.known) return undefined;
  const { part } = left;
  const number = right.value as number;
  if (operator === '&') return { ...part, mask: part.mask & number };
  if (operator !== '>>>') return undefined;
  return { ...part, shift: part.shift + number, mask: part.mask >>> number };
}

/** Whether two values are the same, or not. */
function compare(operator: '===' | '!==', code: string, fixed: boolean, left: Value, right: Value): Value {
  const negated = operator === '!==';
  const [value, number] = left.known ? [right, left.value] : [left, right.known ? right.value : undefined];
  if (value.known || typeof number !== 'number') return computed(code, fixed);
  if (!canBe(bitsIn(value), number)) return known(negated);
  const tests = value.part === undefined ? [] : [{ part: value.part, equals: number, negated }];
  return computed(code, fixed, { tests });
}

/** The opposite of a test. */
export function negate(test: Test): Test {
  return { ...test, negated: !test.negated };
}

/** `left operator right`, if it is known or one of them; else null. */
export function fold(operator: string, left: Value, right: Value): Value | null {
  if (left.known && right.known)
    return known(OPERATORS[operator]?.(left.value as number, right.value as number));
  if (right.known && right.value === 0 && NEUTRAL_ZERO.has(operator)) return left;
  if (left.known && left.value === 0 && operator === '|') return right;
  if (operator !== '&') return null;
  if (right.known && right.value === -1) return left;
  const isZero = (value: Value) => value.known && value.value === 0;
  return isZero(left) || isZero(right) ? known(0) : null;
}

/** `left operator right`, which `code` computes, with what follows for its bits. */
export function combined(operator: string, code: string, left: Value, right: Value): Value {
  const fixed = (left.known || left.fixed) && (right.known || right.fixed);
  if (operator === '===' || operator === '!==') return compare(operator, code, fixed, left, right);
  const part = partOf(operator, left, right);
  return make(code, fixed, { bits: combine(operator, bitsIn(left), bitsIn(right)), ...(part && { part }) });
}
