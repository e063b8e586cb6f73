import type { FunctionSymbol, Result, Sort, Term } from '../../spec/proof/logic.ts';
import { freeIn, partsOf, symbolsIn } from './smt-lib.ts';

/** That for each element of one sort there is one of another. */
interface Edge {
  readonly from: Sort;
  readonly to: Sort;
}

/**
 * Why some assertions are not effectively propositional: the quantifiers that demand elements for elements, or a circle
 * among functions; empty if they are. A solver decides what is: no more elements are needed than constants make.
 */
export function leavesFragment(assertions: readonly Term[]): string[] {
  const alternations = quantifierEdges(assertions).map(({ from, to }) => `for each ${from} some ${to}`);
  const circle = circleIn(functionEdges(symbolsIn(assertions)));
  return [
    ...new Set(alternations),
    ...(circle === null ? [] : [`functions in a circle: ${circle.join(', ')}`]),
  ];
}

/** The sorts of the universal variables on which an element hangs, by the variable that is bound to it. */
type Scope = ReadonlyMap<string, readonly Sort[]>;

/**
 * The existential quantifiers below universal ones, with all that is defined put in. What is asked to exist hangs on the
 * variables that are free there: a formula without any stands below no quantifier, wherever it is written.
 */
function quantifierEdges(assertions: readonly Term[]): Edge[] {
  const edges = new Map<string, Edge>();
  const seen = new Set<string>();
  const numbers = new Map<FunctionSymbol, number>();
  const visit = (term: Term, isPositive: boolean, scope: Scope): void => {
    if (term.op === 'exists' || term.op === 'forall') {
      const sorts = term.over.map(({ sort }) => sort);
      const isUniversal = (term.op === 'forall') === isPositive;
      const hangsOn = isUniversal ? [] : sortsOf(term, scope);
      for (const from of hangsOn) for (const to of sorts) edges.set(`${from} ${to}`, { from, to });
      const bound = term.over.map(({ name, sort }) => [name, isUniversal ? [sort] : hangsOn] as const);
      visit(term.body, isPositive, new Map([...scope, ...bound]));
      return;
    }
    if (term.op === 'apply') {
      for (const arg of term.args) visitBoth(arg, scope);
      const { definition } = term.symbol;
      if (definition === undefined) return;
      const within = new Map(
        definition.parameters.map(({ name }, i) => [name, sortsOf(term.args[i] as Term, scope)]),
      );
      const number = numbers.get(term.symbol) ?? numbers.size;
      numbers.set(term.symbol, number);
      const key = `${number} ${isPositive} ${[...within.values()].join(' ; ')}`;
      if (seen.has(key)) return;
      seen.add(key);
      if (term.symbol.result === 'Bool') visit(definition.body, isPositive, within);
      else visitBoth(definition.body, within);
      return;
    }
    if (term.op === 'not') visit(term.of, !isPositive, scope);
    else if (term.op === 'equal') for (const part of partsOf(term)) visitBoth(part, scope);
    else if (term.op === 'choose') {
      visitBoth(term.if, scope);
      visit(term.then, isPositive, scope);
      visit(term.else, isPositive, scope);
    } else for (const part of partsOf(term)) visit(part, isPositive, scope);
  };
  const visitBoth = (term: Term, scope: Scope) => {
    visit(term, true, scope);
    visit(term, false, scope);
  };
  for (const assertion of assertions) visit(assertion, true, new Map());
  return [...edges.values()];
}

/** The sorts of the universal variables on which a term hangs: by what is free in it. */
function sortsOf(term: Term, scope: Scope): Sort[] {
  return [...new Set([...freeIn(term)].flatMap((name) => scope.get(name) ?? []))].sort();
}

/** What functions demand: an element for those that they are given. */
function functionEdges(symbols: readonly FunctionSymbol[]): Edge[] {
  const isSort = (sort: Result): sort is Sort => sort !== 'Bool';
  return symbols
    .filter(({ definition }) => definition === undefined)
    .flatMap(({ args, result }) =>
      isSort(result) ? args.filter(isSort).map((from) => ({ from, to: result })) : [],
    );
}

/** Some sorts in a circle of edges; null if there is none. */
function circleIn(edges: readonly Edge[]): Sort[] | null {
  let left = edges;
  for (let size = -1; size !== left.length; ) {
    size = left.length;
    left = left.filter(({ to }) => left.some(({ from }) => from === to));
  }
  return left.length === 0 ? null : [...new Set(left.map(({ from }) => from))];
}
