import type {
  BlockStatement,
  CallExpression,
  Expression,
  ForOfStatement,
  ForStatement,
  MemberExpression,
  Pattern,
  Statement,
  SwitchStatement,
  VariableDeclaration,
} from 'acorn';
import type { Field } from '../row/field.ts';
import { bitsIn, combined, fold, make, negate } from './arithmetic.ts';
import { bitsOf, canBe, NOTHING } from './bits.ts';
import type { Dialect } from './dialect.ts';
import { Facts } from './facts.ts';
import { isFunction, type Program, type SourceFunction } from './program.ts';
import { computed, known, type Part, type Value } from './value.ts';

/** The names of a function that are in force, innermost last. */
type Scope = Map<string, Value>;

/** A call that is being written out. */
interface Frame {
  readonly source: SourceFunction;
  readonly scopes: Scope[];
  /** How many conditions the place that is being written is under. */
  conditions: number;
  /** Where conditional returns leave to, and the variable that has the result. */
  exit: { readonly label: string; readonly result: string; facts: Facts | null } | null;
  result: Value;
  /** Whether control reaches the end of the body, or a return there that is under no condition. */
  fallsOut: boolean;
}

/** Whether control goes on behind a statement. */
type Flow = 'on' | 'returned' | 'broken';

/**
 * Writes out what is left of the core's functions when their configuration is known: calls become the bodies
 * of what they call, loops over what the layout has are unrolled, decisions are taken, and fields are shifts
 * and masks of local variables that hold the words of a row. A partial evaluator for the part of JavaScript
 * in which the core is written: numbers and known objects; `const`, `let`, `if`, `for`, `while`, `switch`;
 * functions of the core.
 *
 * Where an element of a known list is chosen by a number that is not known, the rest of the block is written
 * once for each element.
 */
export class Specializer {
  readonly #program: Program;
  readonly #dialect: Dialect;
  /** Stands for the row: its elements become variables. */
  readonly #row: object;
  /** Stands for the notes: its elements are computed. */
  readonly #noted: object;
  #frame!: Frame;
  #lines: string[] = [];
  #facts = new Facts();
  #names = 0;

  constructor(program: Program, dialect: Dialect, row: object, noted: object) {
    this.#program = program;
    this.#dialect = dialect;
    this.#row = row;
    this.#noted = noted;
  }

  /**
   * The lines of a call of `source`, and the code of its result. Words from `scratch` on are 0 at the start.
   * The call is written once for each value of the bits `split`, which are then known throughout.
   */
  write(
    source: SourceFunction,
    args: readonly Value[],
    { words, scratch, split }: { words: number; scratch: number; split: readonly Field[] },
  ): { lines: string[]; result: string } {
    this.#lines = [];
    this.#facts = new Facts();
    this.#frame = newFrame(source);
    for (let word = scratch; word < words; word++) {
      this.#lines.push(this.#dialect.declare(`w${word}`, '0', false));
      this.#facts.assign(`w${word}`, bitsOf(0));
    }
    if (split.length === 0) return { lines: this.#lines, result: this.#code(this.#inline(source, args)) };
    const result = this.#name('r');
    this.#lines.push(this.#dialect.declare(result, '0', false));
    const writeSplit = (at: number): Flow => {
      const field = split[at];
      if (field === undefined) {
        this.#lines.push(`${result} = ${this.#code(this.#inline(source, args))};`);
        return 'on';
      }
      const bit = this.#binary(
        '&',
        this.#binary('>>>', this.#read(`w${field.word}`), known(field.shift)),
        known(1),
      );
      const test = this.#binary('===', bit, known(1));
      return this.#if(
        test,
        () => writeSplit(at + 1),
        () => writeSplit(at + 1),
      );
    };
    writeSplit(0);
    return { lines: this.#lines, result };
  }

  // Calls

  #call(node: CallExpression): Value {
    const args: Value[] = [];
    for (const argument of node.arguments) args.push(this.#settled(this.#expression(argument as Expression)));
    if (node.callee.type === 'Identifier') {
      const found = this.#program.resolve(this.#frame.source.module, node.callee.name);
      if (isFunction(found)) return this.#inline(found, args);
    } else if (node.callee.type === 'MemberExpression') {
      const object = this.#known(this.#expression(node.callee.object as Expression), node);
      const name = (node.callee.property as { name: string }).name;
      const method = (object as Record<string, unknown>)[name];
      if (typeof method === 'function' && args.every((each) => each.known)) {
        return known(
          method.apply(
            object,
            args.map((each) => each.known && each.value),
          ),
        );
      }
    }
    return this.#unsupported(node);
  }

  #inline(source: SourceFunction, args: readonly Value[]): Value {
    const caller = this.#frame;
    const callerLines = this.#lines;
    const frame = newFrame(source);
    this.#frame = frame;
    this.#lines = [];
    source.declaration.params.forEach((parameter, i) => {
      this.#bind(parameter, args[i] ?? known(undefined));
    });
    const flow = this.#statements(source.declaration.body.body, 0);
    const body = this.#lines;
    this.#frame = caller;
    this.#lines = callerLines;
    const { exit, result } = frame;
    if (exit === null) {
      this.#lines.push(...body);
      return result;
    }
    if (flow === 'returned' && !isVoid(result)) body.push(`${exit.result} = ${this.#code(result)};`);
    this.#lines.push(this.#dialect.declare(exit.result, '0', false));
    this.#lines.push(this.#dialect.open(exit.label), ...body, this.#dialect.close(exit.label));
    if (exit.facts !== null)
      this.#facts = flow === 'on' || frame.fallsOut ? this.#facts.join(exit.facts) : exit.facts;
    return computed(exit.result, true);
  }

  #return(value: Value): Flow {
    const frame = this.#frame;
    if (frame.conditions === 0) {
      frame.fallsOut = true;
      frame.result = value;
      return 'returned';
    }
    frame.exit ??= { label: this.#name('L'), result: this.#name('r'), facts: null };
    if (!isVoid(value)) this.#lines.push(`${frame.exit.result} = ${this.#code(value)};`);
    this.#lines.push(this.#dialect.leave(frame.exit.label));
    frame.exit.facts = frame.exit.facts?.join(this.#facts) ?? this.#facts.copy();
    return 'returned';
  }

  // Statements

  #statements(list: readonly Statement[], from: number): Flow {
    for (let i = from; i < list.length; i++) {
      const statement = list[i] as Statement;
      if (statement.type === 'VariableDeclaration') {
        const choice = this.#choice(statement);
        if (choice !== null) return this.#oneOf(choice, () => this.#statements(list, i + 1));
        this.#declare(statement);
        continue;
      }
      const flow = this.#statement(statement);
      if (flow !== 'on') return flow;
    }
    return 'on';
  }

  #statement(node: Statement): Flow {
    switch (node.type) {
      case 'BlockStatement':
        return this.#block(node);
      case 'ExpressionStatement':
        this.#expression(node.expression);
        return 'on';
      case 'ReturnStatement':
        return this.#return(node.argument ? this.#expression(node.argument) : known(undefined));
      case 'IfStatement':
        return this.#if(
          this.#expression(node.test),
          () => this.#statement(node.consequent),
          () => (node.alternate ? this.#statement(node.alternate) : 'on'),
        );
      case 'ForStatement':
        return this.#for(node);
      case 'ForOfStatement':
        return this.#forOf(node);
      case 'WhileStatement':
        return this.#loop(node.test, node.body, true);
      case 'DoWhileStatement':
        return this.#loop(node.test, node.body, false);
      case 'SwitchStatement':
        return this.#switch(node);
      case 'BreakStatement':
        return 'broken';
      default:
        return this.#unsupported(node);
    }
  }

  #block(node: BlockStatement): Flow {
    this.#frame.scopes.push(new Map());
    const flow = this.#statements(node.body, 0);
    this.#frame.scopes.pop();
    return flow;
  }

  #if(test: Value, yes: () => Flow, no: () => Flow): Flow {
    if (test.known) return test.value ? yes() : no();
    const before = this.#facts;
    const one = this.#apart(yes, before, test, true);
    const other = this.#apart(no, before, test, false);
    if (one.flow === 'returned') this.#facts = other.facts;
    else this.#facts = other.flow === 'returned' ? one.facts : one.facts.join(other.facts);
    if (one.lines.length > 0) {
      this.#lines.push(`if (${test.code}) {`, ...one.lines);
      if (other.lines.length > 0) this.#lines.push('} else {', ...other.lines);
      this.#lines.push('}');
    } else if (other.lines.length > 0) {
      this.#lines.push(`if (!${test.code}) {`, ...other.lines, '}');
    }
    return one.flow === 'returned' && other.flow === 'returned' ? 'returned' : 'on';
  }

  /**
   * Writes something under the condition that a test comes out so, to be put in its place by the caller, who
   * also sees to what is known afterwards.
   */
  #apart(
    write: () => Flow,
    before: Facts,
    test: Value,
    outcome: boolean,
  ): { lines: string[]; flow: Flow; facts: Facts } {
    const outer = this.#lines;
    this.#facts = before.copy();
    this.#learn(test, outcome);
    this.#lines = [];
    this.#frame.conditions++;
    const flow = write();
    this.#frame.conditions--;
    const lines = this.#lines;
    this.#lines = outer;
    return { lines, flow, facts: this.#facts };
  }

  /** Takes in that a test came out true or false. */
  #learn(test: Value, outcome: boolean): void {
    const tests = (!test.known && test.tests) || [];
    if (!outcome && tests.length > 1) return;
    for (const { part, equals, negated } of tests) {
      if (negated !== outcome) this.#facts.learn(part, equals);
      else if (part.mask === 1) this.#facts.learn(part, 1 - equals);
    }
  }

  #for(node: ForStatement): Flow {
    this.#frame.scopes.push(new Map());
    const counter = node.init as VariableDeclaration;
    for (const { id, init } of counter.declarations) this.#bind(id, this.#expression(init as Expression));
    let flow: Flow = 'on';
    while (flow === 'on' && this.#known(this.#expression(node.test as Expression), node)) {
      flow = this.#statement(node.body);
      this.#expression(node.update as Expression);
    }
    this.#frame.scopes.pop();
    return flow;
  }

  #forOf(node: ForOfStatement): Flow {
    const list = this.#known(this.#expression(node.right), node) as readonly unknown[];
    const pattern = (node.left as VariableDeclaration).declarations[0]?.id as Pattern;
    for (const element of list) {
      this.#frame.scopes.push(new Map());
      this.#bind(pattern, known(element));
      const flow = this.#statement(node.body);
      this.#frame.scopes.pop();
      if (flow !== 'on') return flow;
    }
    return 'on';
  }

  /** The first round is written out by itself, since most is known then; most loops have no other. */
  #loop(test: Expression, body: Statement, testsFirst: boolean): Flow {
    if (testsFirst)
      return this.#if(
        this.#expression(test),
        () => this.#loop(test, body, false),
        () => 'on',
      );
    const flow = this.#statement(body);
    if (flow !== 'on') return flow;
    return this.#if(
      this.#expression(test),
      () => this.#rounds(test, body),
      () => 'on',
    );
  }

  /** Rounds of a loop of which nothing is known but what holds at the start of each. */
  #rounds(test: Expression, body: Statement): Flow {
    let start = this.#facts;
    for (;;) {
      const { lines, facts } = this.#apart(
        () => {
          this.#statement(body);
          const again = this.#expression(test);
          if (!again.known) this.#lines.push(`if (!${again.code}) break;`);
          else if (!again.value) this.#lines.push('break;');
          return 'on';
        },
        start,
        known(true),
        true,
      );
      this.#facts = facts;
      const joined = start.join(facts);
      if (joined.knowsAsMuchAs(start)) {
        this.#lines.push('while (1) {', ...lines, '}');
        return 'on';
      }
      start = joined;
    }
  }

  #switch(node: SwitchStatement): Flow {
    const value = this.#known(this.#expression(node.discriminant), node);
    let at = node.cases.findIndex(({ test }) => test && this.#known(this.#expression(test), node) === value);
    if (at < 0) at = node.cases.findIndex(({ test }) => !test);
    for (const { consequent } of at < 0 ? [] : node.cases.slice(at)) {
      const flow = this.#statements(consequent, 0);
      if (flow === 'broken') return 'on';
      if (flow !== 'on') return flow;
    }
    return 'on';
  }

  #declare(node: VariableDeclaration): void {
    for (const { id, init } of node.declarations) {
      const value = init ? this.#expression(init) : known(undefined);
      if (node.kind === 'const') this.#bind(id, value);
      else {
        const name = this.#name('v');
        this.#lines.push(this.#dialect.declare(name, this.#code(value), false));
        this.#facts.assign(name, bitsIn(value));
        this.#bind(id, computed(name), true);
      }
    }
  }

  #bind(pattern: Pattern, value: Value, asIs = false): void {
    const scope = this.#frame.scopes.at(-1) as Scope;
    if (pattern.type === 'Identifier') scope.set(pattern.name, asIs ? value : this.#settled(value));
    else if (pattern.type === 'ObjectPattern') {
      const object = this.#known(value, pattern) as Record<string, unknown>;
      for (const property of pattern.properties) {
        if (property.type !== 'Property') this.#unsupported(property);
        else this.#bind(property.value, known(object[(property.key as { name: string }).name]));
      }
    } else this.#unsupported(pattern);
  }

  // A choice among known things

  /** What `const name = list[number]` chooses from, if the number is not known; with the number's code. */
  #choice(node: VariableDeclaration): { name: string; list: readonly unknown[]; number: Value } | null {
    const { id, init } = node.declarations[0] as VariableDeclaration['declarations'][0];
    if (id.type !== 'Identifier' || init?.type !== 'MemberExpression' || !init.computed) return null;
    const list = this.#expression(init.object as Expression);
    if (!list.known || !Array.isArray(list.value)) return null;
    const index = this.#settled(this.#expression(init.property as Expression));
    return index.known ? null : { name: id.name, list: list.value, number: index };
  }

  #oneOf(
    { name, list, number }: { name: string; list: readonly unknown[]; number: Value },
    rest: () => Flow,
  ): Flow {
    const options = [...list.entries()].filter(
      ([value, element]) => element !== undefined && canBe(bitsIn(number), value),
    );
    const choose = (at: number): Flow => {
      const [value, element] = options[at] as [number, unknown];
      const write = () => {
        this.#frame.scopes.push(new Map([[name, known(element)]]));
        const flow = rest();
        this.#frame.scopes.pop();
        return flow;
      };
      const test = this.#binary('===', number, known(value));
      if (at === options.length - 1) {
        this.#learn(test, true);
        return write();
      }
      return this.#if(test, write, () => choose(at + 1));
    };
    return choose(0);
  }

  // Expressions

  #expression(node: Expression): Value {
    switch (node.type) {
      case 'Literal':
        return known(node.value);
      case 'Identifier':
        return this.#lookUp(node.name);
      case 'MemberExpression':
        return this.#member(node);
      case 'CallExpression':
        return this.#call(node);
      case 'UnaryExpression':
        return this.#unary(node.operator, this.#expression(node.argument));
      case 'BinaryExpression': {
        const [left, right] = this.#both(node.left as Expression, node.right);
        return this.#binary(node.operator, left, right);
      }
      case 'LogicalExpression':
        return this.#logical(node.operator, node.left, node.right);
      case 'ConditionalExpression':
        return this.#conditional(node.test, node.consequent, node.alternate);
      case 'AssignmentExpression':
        return this.#assign(node.operator, node.left as Expression, node.right);
      case 'UpdateExpression':
        return this.#count(node.argument, node.operator === '++' ? 1 : -1);
      default:
        return this.#unsupported(node);
    }
  }

  #lookUp(name: string): Value {
    const local = this.#local(name);
    if (local !== undefined) return local.known || local.fixed ? local : this.#read(local.code);
    const found = this.#program.resolve(this.#frame.source.module, name);
    if (found !== undefined && !isFunction(found)) return known(found.value);
    if (name in globalThis) return known((globalThis as Record<string, unknown>)[name]);
    throw new Error(`cannot happen: ${name} in ${this.#frame.source.declaration.id?.name}`);
  }

  #local(name: string): Value | undefined {
    return this.#frame.scopes.findLast((scope) => scope.has(name))?.get(name);
  }

  /** What a variable holds here. */
  #read(variable: string): Value {
    const part: Part = { variable, version: this.#facts.version(variable), shift: 0, mask: -1 };
    return make(variable, false, { bits: this.#facts.bits(variable), part });
  }

  #member(node: MemberExpression): Value {
    const object = this.#known(this.#expression(node.object as Expression), node) as Record<string, unknown>;
    const property = node.computed
      ? this.#known(this.#expression(node.property as Expression), node)
      : (node.property as { name: string }).name;
    if (object === this.#row) return this.#read(`w${property}`);
    if (object === this.#noted) return computed(`noted[${property}]`);
    return known(object[property as string]);
  }

  #unary(operator: string, value: Value): Value {
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
  #both(left: Expression, right: Expression): [Value, Value] {
    let one = this.#expression(left);
    const before = this.#lines.length;
    const other = this.#expression(right);
    if (!one.known && !one.fixed && this.#lines.length > before) {
      const name = this.#name('t');
      this.#lines.splice(before, 0, this.#dialect.declare(name, one.code, true));
      one = { ...one, code: name, fixed: true };
    }
    return [one, other];
  }

  #binary(operator: string, left: Value, right: Value): Value {
    const folded = fold(operator, left, right);
    if (folded !== null) return folded;
    return combined(
      operator,
      this.#dialect.binary(operator, this.#code(left), this.#code(right)),
      left,
      right,
    );
  }

  #logical(operator: string, left: Expression, right: Expression): Value {
    const one = this.#expression(left);
    const isAnd = operator === '&&';
    if (one.known) return Boolean(one.value) === isAnd ? this.#expression(right) : one;
    const before = this.#facts;
    let other = known(false);
    const write = (): Flow => {
      other = this.#expression(right);
      return 'on';
    };
    const { lines, facts } = this.#apart(write, before, one, isAnd);
    this.#facts = before.join(facts);
    if (lines.length === 0) {
      if (other.known) return Boolean(other.value) === isAnd ? one : other;
      const tests = isAnd ? [...(one.tests ?? []), ...(other.tests ?? [])] : [];
      return computed(`(${one.code} ${operator} ${other.code})`, one.fixed && other.fixed, { tests });
    }
    const name = this.#name('b');
    this.#lines.push(this.#dialect.declare(name, one.code, false));
    this.#lines.push(`if (${isAnd ? name : `!${name}`}) {`, ...lines, `${name} = ${this.#code(other)};`, '}');
    return computed(name, true);
  }

  #conditional(test: Expression, yes: Expression, no: Expression): Value {
    const condition = this.#expression(test);
    if (condition.known) return this.#expression(condition.value ? yes : no);
    const before = this.#facts;
    const branch = (expression: Expression, outcome: boolean) => {
      let value = known(0);
      const write = (): Flow => {
        value = this.#expression(expression);
        return 'on';
      };
      return { ...this.#apart(write, before, condition, outcome), code: () => this.#code(value) };
    };
    const one = branch(yes, true);
    const other = branch(no, false);
    this.#facts = one.facts.join(other.facts);
    if (one.lines.length + other.lines.length === 0)
      return computed(`(${condition.code} ? ${one.code()} : ${other.code()})`);
    const name = this.#name('c');
    this.#lines.push(
      this.#dialect.declare(name, '0', false),
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

  #assign(operator: string, target: Expression, source: Expression): Value {
    const value = this.#expression(source);
    const variable = this.#variable(target);
    const before = this.#read(variable);
    const result = operator === '=' ? value : this.#binary(operator.slice(0, -1), before, value);
    if (!result.known && result.code === variable) return result;
    this.#lines.push(`${variable} = ${this.#code(result)};`);
    this.#facts.assign(variable, bitsIn(result));
    return this.#read(variable);
  }

  /** The variable that a place is kept in. */
  #variable(target: Expression): string {
    if (target.type === 'Identifier') {
      const local = this.#local(target.name);
      if (local !== undefined && !local.known && !local.fixed) return local.code;
    } else if (target.type === 'MemberExpression') {
      const object = this.#known(this.#expression(target.object as Expression), target);
      const index = this.#known(this.#expression(target.property as Expression), target);
      if (object === this.#row) return `w${index}`;
      if (object === this.#noted) return `noted[${index}]`;
    }
    return this.#unsupported(target);
  }

  /** Counts a loop's counter on, which is known. */
  #count(target: Expression, by: number): Value {
    const name = (target as { name: string }).name;
    const scope = this.#frame.scopes.findLast((each) => each.has(name)) as Scope;
    const counted = known((this.#known(scope.get(name) as Value, target) as number) + by);
    scope.set(name, counted);
    return counted;
  }

  // Helpers

  /** A value that statements written later cannot change. */
  #settled(value: Value): Value {
    if (value.known || value.fixed) return value;
    const name = this.#name('x');
    this.#lines.push(this.#dialect.declare(name, value.code, true));
    return { ...value, code: name, fixed: true };
  }

  #code(value: Value): string {
    if (!value.known) return value.code;
    if (typeof value.value !== 'number' && typeof value.value !== 'boolean')
      throw new Error(`cannot happen: ${String(value.value)} where a number is due`);
    return this.#dialect.literal(value.value);
  }

  #known(value: Value, node: { readonly type: string }): unknown {
    return value.known ? value.value : this.#unsupported(node);
  }

  #name(kind: string): string {
    return `${kind}${this.#names++}_`;
  }

  #unsupported(node: { readonly type: string }): never {
    throw new Error(
      `cannot happen: ${node.type} in ${this.#frame.source.declaration.id?.name} needs what is not known`,
    );
  }
}

function newFrame(source: SourceFunction): Frame {
  return {
    source,
    scopes: [new Map()],
    conditions: 0,
    exit: null,
    result: known(undefined),
    fallsOut: false,
  };
}

function isVoid(value: Value): boolean {
  return value.known && value.value === undefined;
}
