import { type FunctionSymbol, type Sort, type Term, TRUE } from '../../spec/proof/logic.ts';
import { type Component, type State, vocabularyOf } from '../../spec/proof/vocabulary.ts';
import { freeIn, symbolsIn } from './smt-lib.ts';

/** How many elements there are of each sort. */
export type Sizes = Readonly<Record<Sort, number>>;

/**
 * What each symbol is in a finite structure: for each tuple of arguments, the last counting fastest, the number of an
 * element, or 1 for true.
 */
export type Values = Readonly<Record<string, Uint8Array>>;

/** The machine in a finite structure. It lacks what belongs to levels that its tables have not. */
export type FiniteState = Readonly<Record<Component, Uint8Array>>;

/** Programs that evaluate terms over structures of one size. */
export class Finite {
  readonly sizes: Sizes;

  constructor(sizes: Sizes) {
    this.sizes = sizes;
  }

  /** How many tuples of these sorts there are. */
  count(sorts: readonly (keyof Sizes | 'Bool')[]): number {
    return sorts.reduce((product, sort) => product * this.#size(sort), 1);
  }

  /** A program that says whether a formula holds. */
  formula(term: Term): (values: Values) => boolean {
    if (term === TRUE) return () => true;
    const symbol: FunctionSymbol = {
      name: 'formula',
      args: [],
      result: 'Bool',
      definition: { parameters: [], body: term },
    };
    const run = this.#compile([symbol]);
    return (values) => run(values)[0]?.[0] === 1;
  }

  /** A program that gives a whole state. */
  state(state: State): (values: Values) => FiniteState {
    const { components, signatures } = vocabularyOf(state.levels.length + 1);
    const symbols = components.map((name) => {
      const { args, result } = signatures[name];
      const parameters = args.map((sort, i) => ({ op: 'variable', name: `a${i}`, sort }) as const);
      return { name, args, result, definition: { parameters, body: state[name](...parameters) } };
    });
    const run = this.#compile(symbols);
    return (values) => {
      const found = run(values);
      return Object.fromEntries(components.map((name, i) => [name, found[i]])) as FiniteState;
    };
  }

  #size(sort: Sort | 'Bool'): number {
    return sort === 'Bool' ? 2 : this.sizes[sort];
  }

  /** What is wanted is made anew at each run; all else keeps its place. */
  #compile(wanted: readonly FunctionSymbol[]): (values: Values) => Uint8Array[] {
    const symbols = symbolsIn(wanted.map((symbol) => symbol.definition?.body ?? TRUE));
    const names = new Map<FunctionSymbol, string>();
    const places: string[] = [];
    const lines: string[] = [];
    for (const symbol of [...symbols, ...wanted]) {
      const name = `f${names.size}`;
      const place = `new Uint8Array(${this.count(symbol.args)})`;
      const isPlaced = symbol.definition !== undefined && !wanted.includes(symbol);
      places.push(isPlaced ? `const ${name} = ${place};` : `let ${name};`);
      if (wanted.includes(symbol)) lines.push(`${name} = ${place};`);
      if (symbol.definition === undefined) lines.push(`${name} = values[${JSON.stringify(symbol.name)}];`);
      else {
        const writer = new Writer(this.sizes, names, name);
        lines.push(this.#filling(symbol, symbol.definition, name, writer));
        places.push(...writer.functions);
      }
      names.set(symbol, name);
    }
    const results = wanted.map((symbol) => names.get(symbol)).join(', ');
    const program = `${places.join('\n')}\nreturn (values) => {\n${lines.join('\n')}\nreturn [${results}];\n};`;
    return new Function(`'use strict';\n${program}`)() as (values: Values) => Uint8Array[];
  }

  #filling(
    { args, result }: FunctionSymbol,
    { parameters, body }: NonNullable<FunctionSymbol['definition']>,
    name: string,
    writer: Writer,
  ): string {
    const text = writer.write(body);
    const loops = parameters.map((each) => loopOver(each.name, this.sizes[each.sort])).join('');
    const at = indexOf(
      this.sizes,
      args,
      parameters.map((each) => local(each.name)),
    );
    return `${loops}${name}[${at}] = ${result === 'Bool' ? `${text} ? 1 : 0` : text};`;
  }
}

function indexOf(sizes: Sizes, sorts: FunctionSymbol['args'], args: readonly string[]): string {
  return args.reduce((index, arg, i) => {
    const sort = sorts[i] as Sort;
    return index === '0' ? arg : `(${index}) * ${sizes[sort]} + ${arg}`;
  }, '0');
}

function local(variable: string): string {
  return variable.replaceAll('!', '$');
}

function loopOver(variable: string, size: number): string {
  const name = local(variable);
  return `for (let ${name} = 0; ${name} < ${size}; ${name}++) `;
}

/** Writes a term as an expression; each quantifier becomes a function of the variables that are free in it. */
class Writer {
  readonly functions: string[] = [];
  readonly #sizes: Sizes;
  readonly #names: ReadonlyMap<FunctionSymbol, string>;
  readonly #prefix: string;

  constructor(sizes: Sizes, names: ReadonlyMap<FunctionSymbol, string>, prefix: string) {
    this.#sizes = sizes;
    this.#names = names;
    this.#prefix = prefix;
  }

  write(term: Term): string {
    switch (term.op) {
      case 'true':
      case 'false':
        return term.op;
      case 'variable':
        return local(term.name);
      case 'apply': {
        const { symbol, args } = term;
        const found = `${this.#names.get(symbol)}[${indexOf(
          this.#sizes,
          symbol.args,
          args.map((arg) => this.write(arg)),
        )}]`;
        return symbol.result === 'Bool' ? `(${found} === 1)` : found;
      }
      case 'not':
        return `!${this.write(term.of)}`;
      case 'and':
        return `(${term.of.map((part) => this.write(part)).join(' && ')})`;
      case 'or':
        return `(${term.of.map((part) => this.write(part)).join(' || ')})`;
      case 'equal':
        return `(${this.write(term.left)} === ${this.write(term.right)})`;
      case 'choose':
        return `(${this.write(term.if)} ? ${this.write(term.then)} : ${this.write(term.else)})`;
      case 'exists':
      case 'forall':
        return this.#quantifier(term);
    }
  }

  #quantifier(term: Term & { readonly op: 'exists' | 'forall' }): string {
    const { over, body, op } = term;
    const inner = this.write(body);
    const bound = new Set(over.map(({ name }) => name));
    const free = [...freeIn(body)].filter((name) => !bound.has(name)).map(local);
    const name = `${this.#prefix}q${this.functions.length}`;
    const loops = over.map((each) => loopOver(each.name, this.#sizes[each.sort])).join('');
    const found = op === 'exists';
    this.functions.push(
      `const ${name} = (${free.join(', ')}) => { ${loops}if (${found ? '' : '!'}(${inner})) return ${found}; return ${!found}; };`,
    );
    return `${name}(${free.join(', ')})`;
  }
}
