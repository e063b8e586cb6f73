import type { FunctionSymbol, Result, Sort, Term } from '../../spec/proof/logic.ts';
import { partsOf, symbolsIn } from './smt-lib.ts';

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

/** The existential quantifiers below universal ones, with all that is defined put in. */
function quantifierEdges(assertions: readonly Term[]): Edge[] {
  const edges = new Map<string, Edge>();
  const seen = new Set<string>();
  const numbers = new Map<FunctionSymbol, number>();
  /** Bound by a universal quantifier, seen from outside: these sorts. */
  const visit = (term: Term, isPositive: boolean, universal: readonly Sort[]): void => {
    if (term.op === 'exists' || term.op === 'forall') {
      const sorts = term.over.map(({ sort }) => sort);
      if ((term.op === 'forall') === isPositive) {
        visit(term.body, isPositive, [...new Set([...universal, ...sorts])].sort());
        return;
      }
      for (const from of universal) for (const to of sorts) edges.set(`${from} ${to}`, { from, to });
      visit(term.body, isPositive, universal);
      return;
    }
    if (term.op === 'apply') {
      for (const arg of term.args) visitBoth(arg, universal);
      const { definition } = term.symbol;
      if (definition === undefined) return;
      const number = numbers.get(term.symbol) ?? numbers.size;
      numbers.set(term.symbol, number);
      const key = `${number} ${isPositive} ${universal}`;
      if (seen.has(key)) return;
      seen.add(key);
      if (term.symbol.result === 'Bool') visit(definition.body, isPositive, universal);
      else visitBoth(definition.body, universal);
      return;
    }
    if (term.op === 'not') visit(term.of, !isPositive, universal);
    else if (term.op === 'equal') for (const part of partsOf(term)) visitBoth(part, universal);
    else if (term.op === 'choose') {
      visitBoth(term.if, universal);
      visit(term.then, isPositive, universal);
      visit(term.else, isPositive, universal);
    } else for (const part of partsOf(term)) visit(part, isPositive, universal);
  };
  const visitBoth = (term: Term, universal: readonly Sort[]) => {
    visit(term, true, universal);
    visit(term, false, universal);
  };
  for (const assertion of assertions) visit(assertion, true, []);
  return [...edges.values()];
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
