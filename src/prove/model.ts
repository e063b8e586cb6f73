import { CHOICES } from '../../spec/proof/here.ts';
import { type FunctionSymbol, SORTS, type Sort } from '../../spec/proof/logic.ts';
import { OPERANDS } from '../../spec/proof/transitions.ts';
import { FIXED, vocabularyOf } from '../../spec/proof/vocabulary.ts';
import { Finite, type Sizes, type Values } from './finite.ts';
import { sortName } from './smt-lib.ts';

/** A finite structure that a solver gave: a machine with tables of so many levels, and what an event is given. */
export interface Model {
  readonly levels: number;
  readonly sizes: Sizes;
  readonly values: Values;
}

/** What a model is read for. */
function readSymbols(levels: number): FunctionSymbol[] {
  const { symbols } = vocabularyOf(levels);
  return [symbols, FIXED, OPERANDS, CHOICES].flatMap((all) => Object.values(all));
}

/** The constants whose elements have a number of their own. */
const NUMBERED: Readonly<Record<string, number>> = {
  [OPERANDS.vcpu.name]: 0,
  [FIXED.none.name]: 0,
  [FIXED.zero.name]: 0,
  [FIXED.wpRole.name]: 0,
  [FIXED.nowpRole.name]: 1,
  [FIXED.smepRole.name]: 2,
  [FIXED.l2Role.name]: 3,
  [FIXED.wpSmepRole.name]: 4,
};

type Expression = string | readonly Expression[];

interface Defined {
  readonly parameters: readonly string[];
  readonly body: Expression;
}

/** Reads what z3 prints for `(get-model)`. @throws Error where it is not that */
export function readModel(text: string, levels: number): Model {
  const [entries] = read(tokensOf(text));
  const definitions = new Map<string, Defined>();
  const universes = new Map<string, string[]>();
  for (const entry of entries as readonly Expression[]) {
    const [head, name, parameters, sort, body] = entry as readonly Expression[];
    if (head === 'define-fun')
      definitions.set(name as string, {
        parameters: (parameters as readonly Expression[]).map((each) => each[0] as string),
        body: body as Expression,
      });
    if (head === 'declare-fun')
      universes.set(sort as string, [...(universes.get(sort as string) ?? []), name as string]);
  }
  return { levels, ...new Reader(readSymbols(levels), definitions, universes).model() };
}

class Reader {
  readonly #read: readonly FunctionSymbol[];
  readonly #definitions: ReadonlyMap<string, Defined>;
  readonly #elements = new Map<Sort, readonly string[]>();

  constructor(
    symbols: readonly FunctionSymbol[],
    definitions: ReadonlyMap<string, Defined>,
    universes: ReadonlyMap<string, readonly string[]>,
  ) {
    this.#read = symbols;
    this.#definitions = definitions;
    for (const sort of SORTS) this.#elements.set(sort, universes.get(sortName(sort)) ?? ['only']);
    for (const [sort, elements] of this.#elements) this.#elements.set(sort, this.#inOrder(sort, elements));
  }

  model(): Omit<Model, 'levels'> {
    const sizes = Object.fromEntries([...this.#elements].map(([sort, all]) => [sort, all.length])) as Sizes;
    const finite = new Finite(sizes);
    const values = this.#read.map((symbol) => {
      const { name, args, result } = symbol;
      const all = tuples(args.map((sort) => this.#elements.get(sort as Sort) as readonly string[]));
      const of = Uint8Array.from(all, (tuple) => this.#number(result as Sort, this.#apply(name, tuple)));
      if (of.length !== finite.count(args)) throw new Error(`cannot happen: ${name} has ${of.length} values`);
      return [name, of] as const;
    });
    return { sizes, values: Object.fromEntries(values) };
  }

  /** The elements of a sort, those with a number first. */
  #inOrder(sort: Sort, elements: readonly string[]): string[] {
    const named = Object.keys(NUMBERED)
      .filter((name) => this.#read.some((symbol) => symbol.name === name && symbol.result === sort))
      .sort((one, other) => (NUMBERED[one] as number) - (NUMBERED[other] as number))
      .map((name) => (this.#definitions.has(name) ? this.#apply(name, []) : (elements[0] as string)));
    return [...new Set([...named, ...elements])];
  }

  #number(sort: Sort | 'Bool', value: string): number {
    if (sort === 'Bool') return Number(value === 'true');
    return Math.max(0, this.#elements.get(sort)?.indexOf(value) ?? 0);
  }

  #apply(name: string, args: readonly string[]): string {
    const defined = this.#definitions.get(name);
    if (defined === undefined)
      return args.length === 0 && !this.#read.some((each) => each.name === name) ? name : 'false';
    return this.#evaluate(
      defined.body,
      new Map(defined.parameters.map((each, i) => [each, args[i] as string])),
    );
  }

  #evaluate(expression: Expression, locals: ReadonlyMap<string, string>): string {
    if (typeof expression === 'string') return locals.get(expression) ?? this.#apply(expression, []);
    const [head, ...rest] = expression;
    const value = (part: Expression | undefined) => this.#evaluate(part as Expression, locals);
    switch (head) {
      case 'ite':
        return value(rest[0]) === 'true' ? value(rest[1]) : value(rest[2]);
      case '=':
        return String(value(rest[0]) === value(rest[1]));
      case 'not':
        return String(value(rest[0]) !== 'true');
      case 'and':
        return String(rest.every((part) => value(part) === 'true'));
      case 'or':
        return String(rest.some((part) => value(part) === 'true'));
      case 'let': {
        const bound = (rest[0] as readonly (readonly Expression[])[]).map(
          ([name, of]) => [name as string, value(of)] as const,
        );
        return this.#evaluate(rest[1] as Expression, new Map([...locals, ...bound]));
      }
      default:
        return this.#apply(head as string, rest.map(value));
    }
  }
}

function tuples(sets: readonly (readonly string[])[]): string[][] {
  return sets.reduce<string[][]>(
    (all, set) => all.flatMap((tuple) => set.map((element) => [...tuple, element])),
    [[]],
  );
}

function tokensOf(text: string): string[] {
  return text.replaceAll(/;.*/g, '').match(/[()]|[^\s()]+/g) ?? [];
}

/** Reads expressions up to the end, or to the parenthesis that closes. */
function read(tokens: string[]): Expression[] {
  const expressions: Expression[] = [];
  for (let token = tokens.shift(); token !== undefined && token !== ')'; token = tokens.shift())
    expressions.push(token === '(' ? read(tokens) : token);
  return expressions;
}
