/**
 * Many-sorted first-order logic: what the relations are written in. A term says nothing about sizes; it is read as
 * SMT-LIB for a solver, and as a program over a structure with so many elements of each sort.
 */

/** The directories between top pages and tables, by level from the top. One more name allows one more level. */
export const DIRECTORIES = ['Directory'] as const;

/** What there may be any number of. */
export const SORTS = [
  ...(['Vcpu', 'Space', 'Low', 'Role'] as const),
  ...DIRECTORIES,
  ...(['Table', 'Slot', 'Index', 'Page', 'Frame'] as const),
] as const;

/** A sort of elements: a vCPU, a space, bits 11:0 of CR3, a role, a level-1 page, an entry of an upper page, of a table. */
export type Sort = (typeof SORTS)[number];

/** A sort, or a truth value. */
export type Result = Sort | 'Bool';

/** A function or relation by its name; of no argument, a constant. One with a definition abbreviates a term. */
export interface FunctionSymbol {
  readonly name: string;
  readonly args: readonly Result[];
  readonly result: Result;
  readonly definition?: { readonly parameters: readonly Variable[]; readonly body: Term };
}

/** A bound variable. */
export interface Variable {
  readonly op: 'variable';
  readonly name: string;
  readonly sort: Sort;
}

/** A formula, or the name of an element. */
export type Term =
  | Variable
  | { readonly op: 'true' | 'false' }
  | { readonly op: 'apply'; readonly symbol: FunctionSymbol; readonly args: readonly Term[] }
  | { readonly op: 'not'; readonly of: Term }
  | { readonly op: 'and' | 'or'; readonly of: readonly Term[] }
  | { readonly op: 'equal'; readonly left: Term; readonly right: Term }
  | { readonly op: 'choose'; readonly if: Term; readonly then: Term; readonly else: Term }
  | { readonly op: 'exists' | 'forall'; readonly over: readonly Variable[]; readonly body: Term };

/** Holds. */
export const TRUE: Term = { op: 'true' };

/** Does not hold. */
export const FALSE: Term = { op: 'false' };

/** A truth value that is known. */
export function known(value: boolean): Term {
  return value ? TRUE : FALSE;
}

/** All of these. */
export function and(...terms: readonly Term[]): Term {
  const parts = [...new Set(terms.flatMap((term) => (term.op === 'and' ? term.of : [term])))];
  if (parts.includes(FALSE)) return FALSE;
  const left = parts.filter((part) => part !== TRUE);
  return left.length === 0 ? TRUE : left.length === 1 ? (left[0] as Term) : { op: 'and', of: left };
}

/** One of these at least. */
export function or(...terms: readonly Term[]): Term {
  const parts = [...new Set(terms.flatMap((term) => (term.op === 'or' ? term.of : [term])))];
  if (parts.includes(TRUE)) return TRUE;
  const left = parts.filter((part) => part !== FALSE);
  return left.length === 0 ? FALSE : left.length === 1 ? (left[0] as Term) : { op: 'or', of: left };
}

/** Not this. */
export function not(term: Term): Term {
  if (term === TRUE) return FALSE;
  if (term === FALSE) return TRUE;
  return term.op === 'not' ? term.of : { op: 'not', of: term };
}

/** The second, wherever the first. */
export function implies(premise: Term, conclusion: Term): Term {
  return or(not(premise), conclusion);
}

/** Both are the same. */
export function equal(left: Term, right: Term): Term {
  if (isSame(left, right)) return TRUE;
  if (left === TRUE) return right;
  if (right === TRUE) return left;
  if (left === FALSE) return not(right);
  return right === FALSE ? not(left) : { op: 'equal', left, right };
}

/** Whether two terms without quantifiers are the same text. */
function isSame(left: Term, right: Term): boolean {
  if (left === right) return true;
  if (left.op === 'apply' && right.op === 'apply')
    return left.symbol === right.symbol && left.args.every((arg, i) => isSame(arg, right.args[i] as Term));
  if (left.op === 'choose' && right.op === 'choose')
    return isSame(left.if, right.if) && isSame(left.then, right.then) && isSame(left.else, right.else);
  return false;
}

/** One of two, by a condition. */
export function choose(condition: Term, then: Term, otherwise: Term): Term {
  if (condition === TRUE || then === otherwise) return then;
  if (condition === FALSE) return otherwise;
  if (then === TRUE) return or(condition, otherwise);
  if (then === FALSE) return and(not(condition), otherwise);
  if (otherwise === FALSE) return and(condition, then);
  if (otherwise === TRUE) return or(not(condition), then);
  return { op: 'choose', if: condition, then, else: otherwise };
}

let variables = 0;

/** New variables of some sorts. */
export function variablesOf(sorts: readonly Sort[]): Variable[] {
  return sorts.map((sort) => ({ op: 'variable', name: `${sort.toLowerCase()}!${variables++}`, sort }));
}

/** There are elements of these sorts for which it holds. */
export function exists(sorts: readonly Sort[], body: (...of: Variable[]) => Term): Term {
  return quantify('exists', sorts, body);
}

/** It holds for all elements of these sorts. */
export function forall(sorts: readonly Sort[], body: (...of: Variable[]) => Term): Term {
  return quantify('forall', sorts, body);
}

function quantify(op: 'exists' | 'forall', sorts: readonly Sort[], body: (...of: Variable[]) => Term): Term {
  const over = variablesOf(sorts);
  const term = body(...over);
  return term === TRUE || term === FALSE ? term : { op, over, body: term };
}

/** A function or relation as what it gives for arguments. */
export type Relation = (...args: Term[]) => Term;

/** What a symbol gives for arguments. */
export function applied(symbol: FunctionSymbol): Relation {
  return (...args) => ({ op: 'apply', symbol, args });
}

/** A new constant. */
export function constant(name: string, sort: Result): FunctionSymbol {
  return { name, args: [], result: sort };
}
