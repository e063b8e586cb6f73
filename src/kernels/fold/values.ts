/** What can be written down. */
export type Literal = string | number | boolean | null;

/** All that an expression can come to; null where nothing is known. */
export type Values = ReadonlySet<Literal> | null;

/** What is known of a name: what it can be, and, if it is a list, what its elements can be. */
export interface Known {
  readonly values: Values;
  readonly elements: Values;
}

/** Nothing is known. */
export const UNKNOWN: Known = { values: null, elements: null };

/** No value so far. */
export const NEVER: Values = new Set();

/** These and no others. */
export function only(...literals: readonly Literal[]): Values {
  return new Set(literals);
}

/** What is in one or the other. */
export function either(a: Values, b: Values): Values {
  return a === null || b === null ? null : new Set([...a, ...b]);
}

/** The one value that it can be. */
export function single(values: Values): { readonly value: Literal } | null {
  if (values?.size !== 1) return null;
  const [value] = values;
  return value === undefined ? null : { value };
}

/** A value as the specification writes it. */
export function literalText(value: Literal): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

/** What is known of the names in force at a place. */
export class Names {
  readonly #outer: Names | null;
  readonly #own = new Map<string, Known>();

  constructor(outer: Names | null = null) {
    this.#outer = outer;
  }

  know(name: string, known: Known): void {
    this.#own.set(name, known);
  }

  of(name: string): Known {
    return this.#own.get(name) ?? this.#outer?.of(name) ?? UNKNOWN;
  }
}
