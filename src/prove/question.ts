import type { Clause } from '../../spec/proof/clause.ts';
import { clauseOf, holdsFor } from '../../spec/proof/invariant.ts';
import {
  applied,
  constant,
  type FunctionSymbol,
  not,
  SORTS,
  type Sort,
  type Term,
} from '../../spec/proof/logic.ts';
import { FIXED, LEVEL_COUNTS, type State, vocabularyOf } from '../../spec/proof/vocabulary.ts';
import { leavesFragment } from './fragment.ts';
import { declare, define, printTerm, symbolsIn } from './smt-lib.ts';

/** What holds, and what may follow from it. */
export interface Question {
  /** What a goal is refuted by: these hold. */
  readonly assumptions: readonly Term[];
  readonly goals: readonly Term[];
}

/** An element of each sort that a clause may fail for. */
const WITNESS = Object.fromEntries(SORTS.map((sort) => [sort, constant(`some${sort}`, sort)])) as Record<
  Sort,
  FunctionSymbol
>;

/** That a clause fails in a state, for elements with names. */
export function failureOf(clause: Clause, state: State): Term {
  return not(holdsFor(clause, state, ...clause.sorts.map((sort) => applied(WITNESS[sort])())));
}

/** That clauses hold before a step of tables of so many levels. */
export function holdBefore(clauses: readonly Clause[], levels: number): Term[] {
  return clauses.map((clause) => clauseOf(clause, vocabularyOf(levels).before));
}

const OF_BEFORE = new Set<FunctionSymbol>([
  ...LEVEL_COUNTS.flatMap((levels) => Object.values(vocabularyOf(levels).symbols)),
  ...Object.values(FIXED),
  ...Object.values(WITNESS),
]);

/** Whether a clause speaks of nothing that a step changes: that it fails after is that it failed before. */
export function isUntouched(failure: Term): boolean {
  return symbolsIn([failure]).every((symbol) => OF_BEFORE.has(symbol));
}

/** Why a question is not one that a solver decides; empty if it is. */
export function undecided({ assumptions, goals }: Question): string[] {
  return leavesFragment([...assumptions, ...goals]);
}

/**
 * A question as a script, which answers each goal by a line: `unsat` if it cannot be. The same question is the same
 * text: what is numbered is numbered anew.
 */
export function scriptOf({ assumptions, goals }: Question, after: readonly string[] = []): string {
  const symbols = symbolsIn([
    ...assumptions,
    ...goals,
    ...Object.values(FIXED).map((symbol) => applied(symbol)()),
  ]);
  const numbers = new Map<string, number>();
  const numbered = (text: string) =>
    text.replaceAll(/(\w+)![0-9]+/g, (old, name) => {
      const number = numbers.get(old) ?? numbers.size;
      numbers.set(old, number);
      return `${name}!${number}`;
    });
  const lines = [
    '(set-logic UF)',
    ...declare(symbols),
    ...define(symbols),
    `(assert (distinct ${[FIXED.wpRole, FIXED.nowpRole, FIXED.smepRole, FIXED.l2Role].map(({ name }) => name).join(' ')}))`,
    ...assumptions.map((term) => `(assert ${printTerm(term)})`),
    ...goals.flatMap((goal) => [
      '(push 1)',
      `(assert ${printTerm(goal)})`,
      '(check-sat)',
      ...after,
      '(pop 1)',
    ]),
    '',
  ];
  return numbered(lines.join('\n'));
}
