import type { Bits } from './bits.ts';

/** A part of a variable as it was when it was read: `(variable >>> shift) & mask`. */
export interface Part {
  readonly variable: string;
  readonly version: number;
  readonly shift: number;
  readonly mask: number;
}

/** That a part of a variable is, or is not, a number. */
export interface Test {
  readonly part: Part;
  readonly equals: number;
  readonly negated: boolean;
}

/** What is known of a value that is computed when the step runs. */
export interface Clues {
  readonly bits?: Bits;
  readonly part?: Part;
  /** All of them hold where the value is true; where it is false and there is one, it does not. */
  readonly tests?: readonly Test[];
}

/**
 * What an expression of the core comes to while it is specialised: a value that is known already, or code
 * that computes it when the step runs. Code of a `fixed` value gives the same wherever it is put.
 */
export type Value =
  | { readonly known: true; readonly value: unknown }
  | ({ readonly known: false; readonly code: string; readonly fixed: boolean } & Clues);

export const known = (value: unknown): Value => ({ known: true, value });

export const computed = (code: string, fixed = false, clues: Clues = {}): Value => ({
  known: false,
  code,
  fixed,
  ...clues,
});

/** Whether a value is that of a function that returns none. */
export function isVoid(value: Value): boolean {
  return value.known && value.value === undefined;
}
