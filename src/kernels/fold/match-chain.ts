import * as ts from 'typescript/unstable/ast';
import { type Literal, only, type Values } from './values.ts';

/** One way on of a match: the literals that it is for, null for all that is left; and what is done. */
export interface MatchCase {
  readonly patterns: readonly Literal[] | null;
  readonly handler: ts.ArrowFunction;
  /** The call that adds it to the chain. */
  readonly call: ts.CallExpression;
}

/** `match(subject).with(pattern, handler)...exhaustive()`, all of whose patterns are literals. */
export interface MatchChain {
  readonly subject: ts.Expression;
  readonly cases: readonly MatchCase[];
  /** The call of `exhaustive`; or that of `otherwise`, which is a case too. */
  readonly end: ts.CallExpression;
}

/** The chain that a call ends, if it is one that can be taken apart. */
export function matchChain(end: ts.Node): MatchChain | null {
  if (!ts.isCallExpression(end)) return null;
  const cases: MatchCase[] = [];
  let call: ts.CallExpression = end;
  while (ts.isPropertyAccessExpression(call.expression)) {
    const method = call.expression.name.getText();
    const handler = call.arguments.at(-1);
    if (method === 'with' || method === 'otherwise') {
      const patterns = method === 'with' ? call.arguments.slice(0, -1).map(literalOf) : null;
      if (handler === undefined || !ts.isArrowFunction(handler) || patterns?.includes(undefined)) return null;
      cases.unshift({ patterns: patterns as Literal[] | null, handler, call });
    } else if (method !== 'exhaustive' || call !== end) return null;
    if (!ts.isCallExpression(call.expression.expression)) return null;
    call = call.expression.expression;
  }
  const [subject] = call.arguments;
  return call.expression.getText() === 'match' && subject !== undefined && cases.length > 0
    ? { subject, cases, end }
    : null;
}

/** The cases that can be taken, each with the values that it is taken for. */
export function possibleCases({ cases }: MatchChain, values: Values): [MatchCase, Values][] {
  const left = values === null ? null : new Set(values);
  return cases.flatMap((each): [MatchCase, Values][] => {
    const taken =
      left === null
        ? patternsOf(each)
        : only(...[...left].filter((one) => each.patterns?.includes(one) ?? true));
    for (const one of taken ?? []) left?.delete(one);
    return taken?.size === 0 ? [] : [[each, taken]];
  });
}

function patternsOf({ patterns }: MatchCase): Values {
  return patterns === null ? null : only(...patterns);
}

/** What a literal in the specification's text is; undefined for anything else. */
export function literalOf(node: ts.Node): Literal | undefined {
  if (ts.isStringLiteral(node)) return node.text;
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
  return node.kind === ts.SyntaxKind.NullKeyword ? null : undefined;
}
