import type { Clause } from '../../../spec/proof/clause.ts';
import { type Result, type Term, TRUE, type Variable, variablesOf } from '../../../spec/proof/logic.ts';
import type { State } from '../../../spec/proof/vocabulary.ts';
import type { Sizes, Values } from '../../prove/finite.ts';

/** The elements that a clause speaks of in a structure: those of which it is true, and those that break it. */
export interface Instances {
  readonly keeps: readonly (readonly number[])[];
  readonly breaks: readonly (readonly number[])[];
}

/**
 * What a clause speaks of in a structure, by the symbols of the machine. Its terms are read one by one: `Finite` writes a program, which is fast over
 * many states, and which a page whose policy forbids that cannot run.
 */
export function instancesOf(
  { sorts, when, says }: Clause,
  before: State,
  values: Values,
  sizes: Sizes,
): Instances {
  const variables = variablesOf(sorts);
  const premise = when(before, ...variables);
  const conclusion = says(before, ...variables);
  const reader = new Reader(values, sizes);
  const keeps: number[][] = [];
  const breaks: number[][] = [];
  reader.each(variables, premise, (of) => {
    if (reader.value(premise) === 1) (reader.value(conclusion) === 1 ? keeps : breaks).push([...of]);
  });
  return { keeps, breaks };
}

/** What a term is: the number of an element, or 1 for true; undefined as long as that hangs on a variable without one. */
type Value = number | undefined;

class Reader {
  readonly #values: Values;
  readonly #sizes: Sizes;
  readonly #bound = new Map<string, number>();

  constructor(values: Values, sizes: Sizes) {
    this.#values = values;
    this.#sizes = sizes;
  }

  /** Binds variables to elements in every way for which a condition is not known to fail. */
  each(variables: readonly Variable[], condition: Term, take: (of: readonly number[]) => void): void {
    const of: number[] = [];
    const bind = (at: number): void => {
      if (this.value(condition) === 0) return;
      const variable = variables[at];
      if (variable === undefined) {
        take(of);
        return;
      }
      for (let element = 0; element < this.#sizes[variable.sort]; element++) {
        this.#bound.set(variable.name, element);
        of[at] = element;
        bind(at + 1);
      }
      this.#bound.delete(variable.name);
    };
    bind(0);
  }

  value(term: Term): Value {
    switch (term.op) {
      case 'true':
        return 1;
      case 'false':
        return 0;
      case 'variable':
        return this.#bound.get(term.name);
      case 'apply':
        return this.#apply(term);
      case 'not':
        return negated(this.value(term.of));
      case 'and':
        return this.#all(term.of);
      case 'or':
        return negated(this.#all(term.of, negated));
      case 'equal': {
        const [left, right] = [this.value(term.left), this.value(term.right)];
        return left === undefined || right === undefined ? undefined : Number(left === right);
      }
      case 'choose': {
        const condition = this.value(term.if);
        return condition === undefined ? undefined : this.value(condition === 1 ? term.then : term.else);
      }
      case 'forall':
        return this.#quantifier(term);
      case 'exists':
        return negated(this.#quantifier(term, negated));
    }
  }

  #apply({ symbol: { name, args, definition }, args: given }: Term & { readonly op: 'apply' }): Value {
    if (definition !== undefined) throw new Error(`cannot happen: ${name} is defined`);
    let index = 0;
    for (const [i, arg] of given.entries()) {
      const value = this.value(arg);
      if (value === undefined) return undefined;
      index = index * this.#size(args[i] as Result) + value;
    }
    return this.#values[name]?.[index];
  }

  #size(sort: Result): number {
    return sort === 'Bool' ? 2 : this.#sizes[sort];
  }

  #all(terms: readonly Term[], read: (value: Value) => Value = (value) => value): Value {
    let all: Value = 1;
    for (const term of terms) {
      const value = read(this.value(term));
      if (value === 0) return 0;
      if (value === undefined) all = undefined;
    }
    return all;
  }

  #quantifier(
    { over, body }: Term & { readonly op: 'exists' | 'forall' },
    read: (value: Value) => Value = (value) => value,
  ): Value {
    let all: Value = 1;
    this.each(over, TRUE, () => {
      const value = all === 0 ? 0 : read(this.value(body));
      if (value !== 1) all = value;
    });
    return all;
  }
}

function negated(value: Value): Value {
  return value === undefined ? undefined : 1 - value;
}
