import * as ts from 'typescript/unstable/ast';
import type { Kernel } from '../../../spec/kernels/decisions.ts';
import { decisionsBound } from '../decision-read.ts';
import type { Unit } from '../units.ts';
import { elementsOf, isPure, knownOf, valuesOf } from './evaluate.ts';
import { block, branch, moved, parenthesized, unwrapped } from './layout.ts';
import { type MatchCase, type MatchChain, matchChain, possibleCases } from './match-chain.ts';
import { columnOf, commentsBefore, forget } from './nodes.ts';
import { literalText, Names, only, single, type Values } from './values.ts';

/** What a fold tells of the units that its text uses, and needs to know of them. */
export interface Links {
  /** A unit is called with these. */
  called(unit: Unit, args: readonly Values[]): void;
  /** Whether nothing is left of a unit that is called with these. */
  isEmpty(unit: Unit, args: readonly Values[]): boolean;
  /** A unit is used in some other way. */
  used(unit: Unit): void;
  /** The requests that anything raises; null if any may be. */
  readonly raised: Values;
}

/** Writes out a unit with what a kernel decides put in: the branches that it takes, and no others. */
export class Emitter {
  readonly #unit: Unit;
  readonly #kernel: Kernel;
  readonly #links: Links;
  /** Names whose declaration is left out, as nothing is left that uses them. */
  readonly #unused: ReadonlySet<string>;

  constructor(unit: Unit, kernel: Kernel, links: Links, unused: ReadonlySet<string>) {
    this.#unit = unit;
    this.#kernel = kernel;
    this.#links = links;
    this.#unused = unused;
  }

  /** A function with its parameters known as `names` says; a constant; what a handler's section is. */
  unit(names: Names): string {
    const { node, work } = this.#unit;
    if (work !== null) {
      const params = this.#params(work.parameters, names);
      const body = this.#statements(work.body?.statements ?? [], new Names(names));
      while (body.at(-1) === 'return;') body.pop();
      return `function ${this.#unit.name}(${params}) ${block(body, 0)}`;
    }
    const { initializer } = node as Exclude<Unit['node'], ts.FunctionDeclaration>;
    const text = initializer === undefined ? '' : this.#expression(initializer, names);
    if (ts.isPropertyAssignment(node)) return moved(text, columnOf(node), 0);
    return `const ${this.#unit.name} = ${text};`;
  }

  #params(params: readonly ts.ParameterDeclaration[], names: Names): string {
    return params.map((each) => this.#binding(each.name, names)).join(', ');
  }

  /** A name or pattern of a declaration, without what is not used. */
  #binding(name: ts.Node, names: Names): string {
    if (!ts.isObjectBindingPattern(name)) return name.getText();
    const parts = name.elements.flatMap((element) => {
      const local = element.name as ts.Node;
      const text = this.#binding(local, names);
      if (text === '{}' || (ts.isIdentifier(local) && this.#unused.has(local.text))) return [];
      const { propertyName, dotDotDotToken } = element;
      return [
        `${dotDotDotToken === undefined ? '' : '...'}${propertyName === undefined ? '' : `${propertyName.getText()}: `}${text}`,
      ];
    });
    return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
  }

  #statements(list: readonly ts.Statement[], names: Names): string[] {
    const texts: string[] = [];
    for (const statement of list) {
      texts.push(...commentsBefore(statement), ...this.#statement(statement, names));
      if (/^(?:return|throw)\b/.test(texts.at(-1) ?? '')) break;
    }
    return texts;
  }

  /** What is left of a statement, from column 0. */
  #statement(node: ts.Statement, names: Names): string[] {
    if (ts.isIfStatement(node)) return this.#if(node, names);
    if (ts.isBlock(node)) return this.#statements(node.statements, new Names(names));
    if (ts.isVariableStatement(node)) return this.#declaration(node, names);
    if (ts.isForOfStatement(node)) {
      const inner = new Names(names);
      const [declared] = (node.initializer as ts.VariableDeclarationList).declarations;
      const name = declared?.name as ts.Node;
      forget(name, inner);
      if (ts.isIdentifier(name))
        inner.know(name.text, { values: elementsOf(node.expression, names, this.#kernel), elements: null });
      const head = `for (const ${this.#binding(name, inner)} of ${this.#expression(node.expression, names)})`;
      return [branch(head, this.#statement(node.statement, inner))];
    }
    if (ts.isExpressionStatement(node)) {
      const decided = this.#decidedMatch(node.expression, names);
      if (decided !== null) return this.#bodyOf(decided[0], decided[1], names);
      if (this.#doesNothing(node.expression, names)) return [];
    }
    return [moved(this.#children(node, names), columnOf(node), 0)];
  }

  #if(node: ts.IfStatement, names: Names): string[] {
    const is = single(this.#values(node.expression, names));
    const taken = (statement: ts.Statement | undefined) =>
      statement === undefined ? [] : this.#statement(statement, new Names(names));
    if (is !== null)
      return [
        ...this.#effects(node.expression, names),
        ...taken(is.value ? node.thenStatement : node.elseStatement),
      ];
    const condition = unwrapped(moved(this.#expression(node.expression, names), columnOf(node), 0));
    const [yes, no] = [taken(node.thenStatement), taken(node.elseStatement)];
    if (yes.length === 0 && no.length === 0) return isPure(node.expression) ? [] : [`${condition};`];
    if (yes.length === 0) return [branch(`if (!(${condition}))`, no)];
    const first = branch(`if (${condition})`, yes);
    if (no.length === 0) return [first];
    const [only = ''] = no;
    const rest = no.length === 1 && /^if\b/.test(only) ? `else ${only}` : branch('else', no);
    return [`${first}${first.endsWith('}') ? ' ' : '\n'}${rest}`];
  }

  /** What a condition does apart from being true or false. */
  #effects(condition: ts.Expression, names: Names): string[] {
    if (isPure(condition)) return [];
    if (ts.isBinaryExpression(condition)) {
      const [left, right] = [condition.left, condition.right].map((side) =>
        single(this.#values(side, names)),
      );
      const decides = condition.operatorToken.kind === ts.SyntaxKind.BarBarToken;
      if (left?.value === decides || right !== null) return this.#effects(condition.left, names);
    }
    return [`${moved(this.#expression(condition, names), columnOf(condition), 0)};`];
  }

  #declaration(node: ts.VariableStatement, names: Names): string[] {
    const isConst = node.declarationList.getText().startsWith('const');
    const parts = node.declarationList.declarations.flatMap((each) => {
      forget(each.name as ts.Node, names);
      for (const { local, decision } of decisionsBound(each))
        names.know(local, { values: only(this.#kernel[decision]), elements: null });
      if (isConst && ts.isIdentifier(each.name as ts.Node))
        names.know(each.name.getText(), knownOf(each, names, this.#kernel, this.#unit.node));
      const name = this.#binding(each.name as ts.Node, names);
      const dropped = name === '{}' || this.#unused.has(name);
      if (dropped && (each.initializer === undefined || isPure(each.initializer))) return [];
      return [
        each.initializer === undefined ? name : `${name} = ${this.#expression(each.initializer, names)}`,
      ];
    });
    const keyword = isConst ? 'const' : 'let';
    return parts.length === 0 ? [] : [moved(`${keyword} ${parts.join(', ')};`, columnOf(node), 0)];
  }

  #values(node: ts.Node, names: Names): Values {
    return valuesOf(node, names, this.#kernel);
  }

  /** An expression as it stands in its source, with what is decided put in. */
  #expression(node: ts.Node, names: Names): string {
    const is = single(this.#values(node, names));
    if (is !== null && isPure(node)) return literalText(is.value);
    if (ts.isParenthesizedExpression(node)) return parenthesized(this.#expression(node.expression, names));
    if (ts.isAsExpression(node) || ts.isNonNullExpression(node))
      return this.#expression(node.expression, names);
    if (ts.isConditionalExpression(node)) return this.#conditional(node, names);
    if (ts.isBinaryExpression(node)) return this.#binary(node, names);
    if (ts.isArrowFunction(node)) return this.#arrow(node, names);
    if (ts.isObjectLiteralExpression(node)) return this.#object(node, names);
    if (ts.isCallExpression(node)) return this.#call(node, names);
    if (ts.isIdentifier(node)) {
      const unit = this.#unit.scope.get(node.text);
      if (unit !== undefined) this.#links.used(unit);
      return node.text;
    }
    return this.#children(node, names);
  }

  #conditional(node: ts.ConditionalExpression, names: Names): string {
    const condition = single(this.#values(node.condition, names));
    if (condition !== null && isPure(node.condition))
      return this.#expression(condition.value ? node.whenTrue : node.whenFalse, names);
    const [yes, no] = [node.whenTrue, node.whenFalse].map((each) => single(this.#values(each, names))?.value);
    if (yes === true && no === false) return this.#expression(node.condition, names);
    if (yes === false && no === true) return `!${parenthesized(this.#expression(node.condition, names))}`;
    return this.#children(node, names);
  }

  #binary(node: ts.BinaryExpression, names: Names): string {
    const kind = node.operatorToken.kind;
    if (kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken) {
      const neutral = kind === ts.SyntaxKind.AmpersandAmpersandToken;
      const isNeutral = (side: ts.Expression) =>
        isPure(side) && single(this.#values(side, names))?.value === neutral;
      if (isNeutral(node.left)) return this.#expression(node.right, names);
      if (isNeutral(node.right)) return this.#expression(node.left, names);
    }
    return this.#compared(node, names) ?? this.#children(node, names);
  }

  /** A choice between two known values, compared with a third: the condition of the choice, or its opposite. */
  #compared(node: ts.BinaryExpression, names: Names): string | null {
    const same = node.operatorToken.kind === ts.SyntaxKind.EqualsEqualsEqualsToken;
    if (!same && node.operatorToken.kind !== ts.SyntaxKind.ExclamationEqualsEqualsToken) return null;
    const choice = ts.isParenthesizedExpression(node.left) ? node.left.expression : node.left;
    const other = single(this.#values(node.right, names));
    if (!ts.isConditionalExpression(choice) || other === null) return null;
    const [yes, no] = [choice.whenTrue, choice.whenFalse].map((each) => single(this.#values(each, names)));
    if (yes === null || no === null || yes === undefined || no === undefined) return null;
    const condition = this.#expression(choice.condition, names);
    return (yes.value === other.value) === same ? condition : `!${parenthesized(condition)}`;
  }

  #arrow(node: ts.ArrowFunction, outer: Names): string {
    const names = new Names(outer);
    for (const each of node.parameters) forget(each.name as ts.Node, names);
    const params = `(${this.#params(node.parameters, names)})`;
    const body = node.body as ts.Node;
    if (ts.isBlock(body))
      return `${params} => ${block(this.#statements(body.statements, names), columnOf(body))}`;
    const decided = this.#decidedMatch(body, names);
    if (decided !== null) {
      const statements = this.#bodyOf(decided[0], decided[1], names);
      const [one] = statements;
      const expression = ts.isBlock(decided[0].handler.body as ts.Node) ? undefined : one?.replace(/;$/, '');
      return `${params} => ${expression ?? block(statements, columnOf(body))}`;
    }
    const text = this.#expression(body, names);
    return `${params} => ${ts.isObjectLiteralExpression(body) ? `(${text})` : text}`;
  }

  #object(node: ts.ObjectLiteralExpression, names: Names): string {
    const isTable =
      ts.isVariableDeclaration(node.parent) && /Record<Request\b/.test(node.parent.type?.getText() ?? '');
    const kept = node.properties.filter(
      (each) =>
        !isTable ||
        this.#links.raised === null ||
        this.#links.raised.has((each as ts.PropertyAssignment).name.getText()),
    );
    const members = kept.map((each) => this.#member(each, names));
    if (!node.getText().includes('\n')) return `{ ${members.join(', ')} }`;
    const column = columnOf(node);
    return `{\n${members.map((text) => `${' '.repeat(column + 2)}${text},\n`).join('')}${' '.repeat(column)}}`;
  }

  #member(node: ts.ObjectLiteralElementLike, names: Names): string {
    if (ts.isShorthandPropertyAssignment(node)) {
      const text = this.#expression(node.name, names);
      return text === node.name.getText() ? text : `${node.name.getText()}: ${text}`;
    }
    if (ts.isPropertyAssignment(node))
      return `${node.name.getText()}: ${this.#expression(node.initializer, names)}`;
    return this.#children(node, names);
  }

  /** A call of a function of which nothing is left. */
  #doesNothing(node: ts.Node, names: Names): boolean {
    if (!ts.isCallExpression(node) || !node.arguments.every(isPure)) return false;
    const unit = ts.isIdentifier(node.expression) ? this.#unit.scope.get(node.expression.text) : undefined;
    return (
      unit !== undefined &&
      this.#links.isEmpty(
        unit,
        node.arguments.map((each) => this.#values(each, names)),
      )
    );
  }

  #call(node: ts.CallExpression, names: Names): string {
    const chain = matchChain(node);
    if (chain !== null) return this.#match(chain, names);
    const callee = node.expression;
    const unit = ts.isIdentifier(callee) ? this.#unit.scope.get(callee.text) : undefined;
    if (unit === undefined) return this.#children(node, names);
    this.#links.called(
      unit,
      node.arguments.map((each) => this.#values(each, names)),
    );
    return `${callee.getText()}${this.#gaps(node, callee.end, node.arguments, names)}`;
  }

  /** The case of a match that a kernel takes, whatever the machine's state. */
  #decidedMatch(node: ts.Node, names: Names): [MatchCase, Values] | null {
    const chain = matchChain(node);
    if (chain === null || !isPure(chain.subject)) return null;
    const values = this.#values(chain.subject, names);
    const [only, ...others] = possibleCases(chain, values);
    return values === null || only === undefined || others.length > 0 ? null : only;
  }

  #bodyOf({ handler }: MatchCase, values: Values, outer: Names): string[] {
    const names = this.#handlerNames(handler, values, outer);
    const body = handler.body as ts.Node;
    if (ts.isBlock(body)) return this.#statements(body.statements, names);
    return [`${moved(this.#expression(body, names), columnOf(body), 0)};`];
  }

  #handlerNames(handler: ts.ArrowFunction, values: Values, outer: Names): Names {
    const names = new Names(outer);
    for (const { name } of handler.parameters) {
      forget(name as ts.Node, names);
      if (ts.isIdentifier(name as ts.Node)) names.know(name.getText(), { values, elements: null });
    }
    return names;
  }

  /** A match that stays one, with the cases that can be taken. */
  #match(chain: MatchChain, names: Names): string {
    const { subject, end: node } = chain;
    const possible = possibleCases(chain, this.#values(subject, names));
    const indent = `\n${' '.repeat(columnOf(node) + 2)}`;
    const cases = possible.map(([{ handler, patterns }, values]) => {
      const inner = this.#handlerNames(handler, values, names);
      const body = handler.body as ts.Node;
      const params = this.#params(handler.parameters, inner);
      const text = ts.isBlock(body)
        ? block(this.#statements(body.statements, inner), columnOf(node) + 2)
        : moved(this.#expression(body, inner), columnOf(body), columnOf(node) + 2);
      if (patterns === null) return `${indent}.otherwise((${params}) => ${text})`;
      const kept = patterns.filter((pattern) => values === null || values.has(pattern));
      return `${indent}.with(${kept.map(literalText).join(', ')}, (${params}) => ${text})`;
    });
    const closed = possible.at(-1)?.[0].patterns === null ? '' : `${indent}.exhaustive()`;
    return `match(${this.#expression(subject, names)})${cases.join('')}${closed}`;
  }

  /** A node's own text, with that of its children in place of theirs. */
  #children(node: ts.Node, names: Names): string {
    const children: ts.Node[] = [];
    node.forEachChild((child) => {
      children.push(child);
    });
    return this.#gaps(node, node.getStart(), children, names);
  }

  #gaps(node: ts.Node, from: number, children: readonly ts.Node[], names: Names): string {
    const source = node.getSourceFile().text;
    let text = '';
    let at = from;
    for (const child of children) {
      if (!ts.isTypeNode(child)) text += source.slice(at, child.getStart()) + this.#child(child, node, names);
      at = child.end;
    }
    return text + source.slice(at, node.end);
  }

  #child(child: ts.Node, parent: ts.Node, names: Names): string {
    if (ts.isBlock(child))
      return block(this.#statements(child.statements, new Names(names)), columnOf(child));
    if (ts.isVariableDeclarationList(child)) {
      for (const each of child.declarations) forget(each.name as ts.Node, names);
      return this.#children(child, names);
    }
    const isName =
      (ts.isPropertyAccessExpression(parent) || ts.isVariableDeclaration(parent)) && parent.name === child;
    const isToken = ts.isTokenKind(child.kind) && !ts.isIdentifier(child);
    return isName || isToken ? child.getText() : this.#expression(child, names);
  }
}
