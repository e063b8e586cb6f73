import * as ts from 'typescript/unstable/ast';
import type { Kernel } from '../../../spec/kernels/decisions.ts';
import { decisionRead } from '../decision-read.ts';
import { literalOf } from './match-chain.ts';
import {
  either,
  type Known,
  type Literal,
  type Names,
  only,
  single,
  UNKNOWN,
  type Values,
} from './values.ts';

/** What an expression of the specification can come to under a kernel, as far as its own function tells. */
export function valuesOf(node: ts.Node, names: Names, kernel: Kernel): Values {
  const literal = literalOf(node);
  if (literal !== undefined) return only(literal);
  const decision = decisionRead(node);
  if (decision !== null) return only(kernel[decision]);
  if (ts.isIdentifier(node)) return names.of(node.text).values;
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node))
    return valuesOf(node.expression, names, kernel);
  if (ts.isConditionalExpression(node)) {
    const branches = [node.whenTrue, node.whenFalse].map((each) => valuesOf(each, names, kernel));
    const [yes = null, no = null] = branches;
    const is = single(valuesOf(node.condition, names, kernel));
    return is === null ? either(yes, no) : is.value ? yes : no;
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    const is = single(valuesOf(node.operand, names, kernel));
    return is === null ? null : only(!is.value);
  }
  if (ts.isBinaryExpression(node)) {
    const sides = [node.left, node.right].map((each) => valuesOf(each, names, kernel));
    return combined(node.operatorToken.kind, sides[0] ?? null, sides[1] ?? null);
  }
  return null;
}

function combined(operator: ts.SyntaxKind, left: Values, right: Values): Values {
  switch (operator) {
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
      return equal(left, right, true);
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
      return equal(left, right, false);
    case ts.SyntaxKind.AmpersandAmpersandToken:
      return shortCircuit(left, right, false);
    case ts.SyntaxKind.BarBarToken:
      return shortCircuit(left, right, true);
    default:
      return null;
  }
}

function equal(left: Values, right: Values, same: boolean): Values {
  const one = single(left);
  const other = single(right);
  if (one !== null && other !== null) return only((one.value === other.value) === same);
  if (left === null || right === null) return null;
  return [...left].some((value) => right.has(value)) ? only(true, false) : only(!same);
}

/** `&&` and `||` of conditions: one side that decides is enough. */
function shortCircuit(left: Values, right: Values, deciding: boolean): Values {
  const sides = [single(left), single(right)];
  if (sides.some((side) => side !== null && Boolean(side.value) === deciding && isCondition(side.value)))
    return only(deciding);
  const [one, other] = sides;
  if (one !== null && one !== undefined && isCondition(one.value)) return right;
  return other !== null && other !== undefined && isCondition(other.value) ? left : null;
}

function isCondition(value: Literal): boolean {
  return typeof value === 'boolean';
}

/** What is known of what a constant is given at its declaration; lists are followed through what is added later. */
export function knownOf(
  declaration: ts.VariableDeclaration,
  names: Names,
  kernel: Kernel,
  within: ts.Node,
): Known {
  const { initializer, name } = declaration;
  if (initializer === undefined || !ts.isIdentifier(name)) return UNKNOWN;
  const values = valuesOf(initializer, names, kernel);
  const elements = elementsOf(initializer, names, kernel);
  return {
    values,
    elements: elements === null ? null : withAdded(name.text, elements, names, kernel, within),
  };
}

/** What the elements of a list can be. */
export function elementsOf(node: ts.Expression, names: Names, kernel: Kernel): Values {
  if (ts.isIdentifier(node)) return names.of(node.text).elements;
  if (ts.isArrayLiteralExpression(node)) {
    const all = node.elements.map((each) => valuesOf(each, names, kernel));
    return all.length === 0 ? null : all.reduce(either);
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return null;
  return node.expression.name.getText() === 'filter'
    ? elementsOf(node.expression.expression, names, kernel)
    : null;
}

/** How a list can be used without anything getting into it that is not seen. */
const WATCHED = ['push', 'includes', 'length', 'filter'];

function withAdded(list: string, elements: Values, names: Names, kernel: Kernel, within: ts.Node): Values {
  let all = elements;
  const visit = (node: ts.Node) => {
    if (ts.isIdentifier(node) && node.text === list) all = either(all, addedBy(node, names, kernel));
    node.forEachChild(visit);
  };
  visit(within);
  return all;
}

function addedBy(use: ts.Identifier, names: Names, kernel: Kernel): Values {
  const { parent } = use;
  const none: Values = new Set();
  if (ts.isVariableDeclaration(parent) || (ts.isForOfStatement(parent) && parent.expression === use))
    return none;
  if (!ts.isPropertyAccessExpression(parent) || parent.expression !== use) return null;
  const method = parent.name.getText();
  if (!WATCHED.includes(method)) return null;
  if (method !== 'push') return none;
  const call = parent.parent as ts.CallExpression;
  return call.arguments.map((each) => valuesOf(each, names, kernel)).reduce(either, none);
}

/** Calls of the specification that only look. */
const LOOKS = /^(?:walk|activePcid|pcidOf|sameCr3|hasUnsyncChildren|.*\.includes)$/;

/** Whether it changes nothing that an expression is carried out. */
export function isPure(node: ts.Node): boolean {
  if (ts.isCallExpression(node) && !LOOKS.test(node.expression.getText())) return false;
  if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) return false;
  if (ts.isPostfixUnaryExpression(node) || ts.isNewExpression(node)) return false;
  if (ts.isPrefixUnaryExpression(node) && node.operator !== ts.SyntaxKind.ExclamationToken) return false;
  if (ts.isArrowFunction(node)) return true;
  let pure = true;
  node.forEachChild((child) => {
    pure &&= isPure(child);
  });
  return pure;
}

/** The names that are given a new value after their declaration. */
export function assignedIn(node: ts.Node, names: Set<string> = new Set()): ReadonlySet<string> {
  const target =
    ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind) ? node.left : stepped(node);
  if (target !== null && ts.isIdentifier(target)) names.add(target.text);
  node.forEachChild((child) => {
    assignedIn(child, names);
  });
  return names;
}

function stepped(node: ts.Node): ts.Node | null {
  if (ts.isPostfixUnaryExpression(node)) return node.operand;
  return ts.isPrefixUnaryExpression(node) && STEPS.includes(node.operator) ? node.operand : null;
}

const STEPS: readonly ts.SyntaxKind[] = [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken];

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}
