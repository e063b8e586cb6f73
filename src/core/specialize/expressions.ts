import type { CallExpression, Expression, MemberExpression } from 'acorn';
import { bitsIn, combined, fold, make, negate } from './arithmetic.ts';
import { NOTHING } from './bits.ts';
import type { Flow, Scope } from './frame.ts';
import { isFunction } from './program.ts';
import { computed, known, type Value } from './value.ts';
import { Writing } from './writing.ts';

/** Evaluates expressions: what is known is computed, the rest is written out. */
export abstract class Expressions extends Writing {
  protected abstract call(node: CallExpression): Value;

  protected expression(node: Expression): Value {
    switch (node.type) {
      case 'Literal':
        return known(node.value);
      case 'Identifier':
        return this.lookUp(node.name);
      case 'MemberExpression':
        return this.member(node);
      case 'CallExpression':
        return this.call(node);
      case 'UnaryExpression':
        return this.unary(node.operator, this.expression(node.argument));
      case 'BinaryExpression': {
        const [left, right] = this.both(node.left as Expression, node.right);
        return this.binary(node.operator, left, right);
      }
      case 'LogicalExpression':
        return this.logical(node.operator, node.left, node.right);
      case 'ConditionalExpression':
        return this.conditional(node.test, node.consequent, node.alternate);
      case 'AssignmentExpression':
        return this.assign(node.operator, node.left as Expression, node.right);
      case 'UpdateExpression':
        return this.count(node.argument, node.operator === '++' ? 1 : -1);
      default:
        return this.unsupported(node);
    }
  }

  protected lookUp(name: string): Value {
    const local = this.local(name);
    if (local !== undefined) return local.known || local.fixed ? local : this.read(local.code);
    const found = this.program.resolve(this.frame.source.module, name);
    if (found !== undefined && !isFunction(found)) return known(found.value);
    if (name in globalThis) return known((globalThis as Record<string, unknown>)[name]);
    throw new Error(`cannot happen: ${name} in ${this.frame.source.declaration.id?.name}`);
  }

  protected member(node: MemberExpression): Value {
    const object = this.known(this.expression(node.object as Expression), node) as Record<string, unknown>;
    const property = node.computed
      ? this.known(this.expression(node.property as Expression), node)
      : (node.property as { name: string }).name;
    if (object === this.row) return this.read(`w${property}`);
    if (object === this.noted) return computed(`noted[${property}]`);
    return known(object[property as string]);
  }

  protected unary(operator: string, value: Value): Value {
    if (value.known) {
      const number = value.value as number;
      return known(operator === '!' ? !number : operator === '~' ? ~number : -number);
    }
    const tests = operator === '!' && value.tests?.length === 1 ? value.tests.map(negate) : [];
    const { zeros, ones } = bitsIn(value);
    const bits = operator === '~' ? { zeros: ones, ones: zeros } : NOTHING;
    return make(`(${operator}${value.code})`, value.fixed, { tests, bits });
  }

  /** Evaluates two operands from left to right, though the right one may write statements. */
  protected both(left: Expression, right: Expression): [Value, Value] {
    let one = this.expression(left);
    const before = this.lines.length;
    const other = this.expression(right);
    if (!one.known && !one.fixed && this.lines.length > before) {
      const name = this.name('t');
      this.lines.splice(before, 0, this.dialect.declare(name, one.code, true));
      one = { ...one, code: name, fixed: true };
    }
    return [one, other];
  }

  protected binary(operator: string, left: Value, right: Value): Value {
    const folded = fold(operator, left, right);
    if (folded !== null) return folded;
    return combined(operator, this.dialect.binary(operator, this.code(left), this.code(right)), left, right);
  }

  protected logical(operator: string, left: Expression, right: Expression): Value {
    const one = this.expression(left);
    const isAnd = operator === '&&';
    if (one.known) return Boolean(one.value) === isAnd ? this.expression(right) : one;
    const before = this.facts;
    let other = known(false);
    const write = (): Flow => {
      other = this.expression(right);
      return 'on';
    };
    const { lines, facts } = this.apart(write, before, one, isAnd);
    this.facts = before.join(facts);
    if (lines.length === 0) {
      if (other.known) return Boolean(other.value) === isAnd ? one : other;
      const tests = isAnd ? [...(one.tests ?? []), ...(other.tests ?? [])] : [];
      return computed(`(${one.code} ${operator} ${other.code})`, one.fixed && other.fixed, { tests });
    }
    const name = this.name('b');
    this.lines.push(this.dialect.declare(name, one.code, false));
    this.lines.push(`if (${isAnd ? name : `!${name}`}) {`, ...lines, `${name} = ${this.code(other)};`, '}');
    return computed(name, true);
  }

  protected conditional(test: Expression, yes: Expression, no: Expression): Value {
    const condition = this.expression(test);
    if (condition.known) return this.expression(condition.value ? yes : no);
    const before = this.facts;
    const branch = (expression: Expression, outcome: boolean) => {
      let value = known(0);
      const write = (): Flow => {
        value = this.expression(expression);
        return 'on';
      };
      return { ...this.apart(write, before, condition, outcome), code: () => this.code(value) };
    };
    const one = branch(yes, true);
    const other = branch(no, false);
    this.facts = one.facts.join(other.facts);
    if (one.lines.length + other.lines.length === 0)
      return computed(`(${condition.code} ? ${one.code()} : ${other.code()})`);
    const name = this.name('c');
    this.lines.push(
      this.dialect.declare(name, '0', false),
      `if (${condition.code}) {`,
      ...one.lines,
      `${name} = ${one.code()};`,
      '} else {',
      ...other.lines,
      `${name} = ${other.code()};`,
      '}',
    );
    return computed(name, true);
  }

  protected assign(operator: string, target: Expression, source: Expression): Value {
    const value = this.expression(source);
    const variable = this.variable(target);
    const before = this.read(variable);
    const result = operator === '=' ? value : this.binary(operator.slice(0, -1), before, value);
    if (!result.known && result.code === variable) return result;
    this.lines.push(`${variable} = ${this.code(result)};`);
    this.facts.assign(variable, bitsIn(result));
    return this.read(variable);
  }

  /** The variable that a place is kept in. */
  protected variable(target: Expression): string {
    if (target.type === 'Identifier') {
      const local = this.local(target.name);
      if (local !== undefined && !local.known && !local.fixed) return local.code;
    } else if (target.type === 'MemberExpression') {
      const object = this.known(this.expression(target.object as Expression), target);
      const index = this.known(this.expression(target.property as Expression), target);
      if (object === this.row) return `w${index}`;
      if (object === this.noted) return `noted[${index}]`;
    }
    return this.unsupported(target);
  }

  /** Counts a loop's counter on, which is known. */
  protected count(target: Expression, by: number): Value {
    const name = (target as { name: string }).name;
    const scope = this.frame.scopes.findLast((each) => each.has(name)) as Scope;
    const counted = known((this.known(scope.get(name) as Value, target) as number) + by);
    scope.set(name, counted);
    return counted;
  }
}
