import { type FunctionSymbol, type Result, SORTS, type Term } from '../../spec/proof/logic.ts';

/** A sort as SMT-LIB has it: in the plural, as some solvers have a sort `Table` of their own. */
export function sortName(sort: Result): string {
  return sort === 'Bool' ? sort : `${sort.replace(/y$/, 'ie')}s`;
}

/** A term as SMT-LIB. */
export function printTerm(term: Term): string {
  switch (term.op) {
    case 'true':
    case 'false':
      return term.op;
    case 'variable':
      return term.name;
    case 'apply': {
      const { name } = term.symbol;
      return term.args.length === 0 ? name : `(${name} ${term.args.map(printTerm).join(' ')})`;
    }
    case 'not':
      return `(not ${printTerm(term.of)})`;
    case 'and':
    case 'or':
      return `(${term.op} ${term.of.map(printTerm).join(' ')})`;
    case 'equal':
      return `(= ${printTerm(term.left)} ${printTerm(term.right)})`;
    case 'choose':
      return `(ite ${printTerm(term.if)} ${printTerm(term.then)} ${printTerm(term.else)})`;
    case 'exists':
    case 'forall':
      return `(${term.op} (${term.over.map(({ name, sort }) => `(${name} ${sortName(sort)})`).join(' ')}) ${printTerm(term.body)})`;
  }
}

/** The symbols that terms come to, through definitions too; what a definition needs stands before it. */
export function symbolsIn(terms: readonly Term[]): FunctionSymbol[] {
  const found = new Set<FunctionSymbol>();
  const visit = (term: Term): void => {
    for (const part of partsOf(term)) visit(part);
    if (term.op !== 'apply' || found.has(term.symbol)) return;
    if (term.symbol.definition !== undefined) visit(term.symbol.definition.body);
    found.add(term.symbol);
  };
  for (const term of terms) visit(term);
  return [...found];
}

/** The terms that a term is made of. */
export function partsOf(term: Term): readonly Term[] {
  switch (term.op) {
    case 'true':
    case 'false':
    case 'variable':
      return [];
    case 'apply':
      return term.args;
    case 'not':
      return [term.of];
    case 'and':
    case 'or':
      return term.of;
    case 'equal':
      return [term.left, term.right];
    case 'choose':
      return [term.if, term.then, term.else];
    case 'exists':
    case 'forall':
      return [term.body];
  }
}

/** The names of the variables that are free in a term. */
export function freeIn(term: Term): Set<string> {
  switch (term.op) {
    case 'variable':
      return new Set([term.name]);
    case 'exists':
    case 'forall': {
      const free = freeIn(term.body);
      for (const { name } of term.over) free.delete(name);
      return free;
    }
    default:
      return new Set(partsOf(term).flatMap((part) => [...freeIn(part)]));
  }
}

/** The declarations of sorts, and of what is declared and not defined. */
export function declare(symbols: readonly FunctionSymbol[]): string[] {
  return [
    ...SORTS.map((sort) => `(declare-sort ${sortName(sort)} 0)`),
    ...symbols.filter(({ definition }) => definition === undefined).map(declaration),
  ];
}

function declaration({ name, args, result }: FunctionSymbol): string {
  return `(declare-fun ${name} (${args.map(sortName).join(' ')}) ${sortName(result)})`;
}

/** Definitions, in an order in which none needs a later one. */
export function define(symbols: readonly FunctionSymbol[]): string[] {
  return symbols.flatMap(({ name, result, definition }) => {
    if (definition === undefined) return [];
    const parameters = definition.parameters.map((each) => `(${each.name} ${sortName(each.sort)})`).join(' ');
    return [`(define-fun ${name} (${parameters}) ${sortName(result)} ${printTerm(definition.body)})`];
  });
}
