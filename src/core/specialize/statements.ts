import type {
  BlockStatement,
  Expression,
  ForOfStatement,
  ForStatement,
  Pattern,
  Statement,
  SwitchStatement,
  VariableDeclaration,
} from 'acorn';
import { bitsIn } from './arithmetic.ts';
import { canBe } from './bits.ts';
import { Expressions } from './expressions.ts';
import type { Flow, Scope } from './frame.ts';
import { computed, isVoid, known, type Value } from './value.ts';

/** Writes out statements: loops over what is known are unrolled, and branches on it taken. */
export abstract class Statements extends Expressions {
  protected statements(list: readonly Statement[], from: number): Flow {
    for (let i = from; i < list.length; i++) {
      const statement = list[i] as Statement;
      if (statement.type === 'VariableDeclaration') {
        const choice = this.choice(statement);
        if (choice !== null) return this.oneOf(choice, () => this.statements(list, i + 1));
        this.declare(statement);
        continue;
      }
      const flow = this.statement(statement);
      if (flow !== 'on') return flow;
    }
    return 'on';
  }

  protected statement(node: Statement): Flow {
    switch (node.type) {
      case 'BlockStatement':
        return this.block(node);
      case 'ExpressionStatement':
        this.expression(node.expression);
        return 'on';
      case 'ReturnStatement':
        return this.return(node.argument ? this.expression(node.argument) : known(undefined));
      case 'IfStatement':
        return this.if(
          this.expression(node.test),
          () => this.statement(node.consequent),
          () => (node.alternate ? this.statement(node.alternate) : 'on'),
        );
      case 'ForStatement':
        return this.for(node);
      case 'ForOfStatement':
        return this.forOf(node);
      case 'WhileStatement':
        return this.loop(node.test, node.body, true);
      case 'DoWhileStatement':
        return this.loop(node.test, node.body, false);
      case 'SwitchStatement':
        return this.switch(node);
      case 'BreakStatement':
        return 'broken';
      default:
        return this.unsupported(node);
    }
  }

  protected block(node: BlockStatement): Flow {
    this.frame.scopes.push(new Map());
    const flow = this.statements(node.body, 0);
    this.frame.scopes.pop();
    return flow;
  }

  protected if(test: Value, yes: () => Flow, no: () => Flow): Flow {
    if (test.known) return test.value ? yes() : no();
    const before = this.facts;
    const one = this.apart(yes, before, test, true);
    const other = this.apart(no, before, test, false);
    if (one.flow === 'returned') this.facts = other.facts;
    else this.facts = other.flow === 'returned' ? one.facts : one.facts.join(other.facts);
    if (one.lines.length > 0) {
      this.lines.push(`if (${test.code}) {`, ...one.lines);
      if (other.lines.length > 0) this.lines.push('} else {', ...other.lines);
      this.lines.push('}');
    } else if (other.lines.length > 0) {
      this.lines.push(`if (!${test.code}) {`, ...other.lines, '}');
    }
    return one.flow === 'returned' && other.flow === 'returned' ? 'returned' : 'on';
  }

  protected for(node: ForStatement): Flow {
    this.frame.scopes.push(new Map());
    const counter = node.init as VariableDeclaration;
    for (const { id, init } of counter.declarations) this.bind(id, this.expression(init as Expression));
    let flow: Flow = 'on';
    while (flow === 'on' && this.known(this.expression(node.test as Expression), node)) {
      flow = this.statement(node.body);
      this.expression(node.update as Expression);
    }
    this.frame.scopes.pop();
    return flow;
  }

  protected forOf(node: ForOfStatement): Flow {
    const list = this.known(this.expression(node.right), node) as readonly unknown[];
    const pattern = (node.left as VariableDeclaration).declarations[0]?.id as Pattern;
    for (const element of list) {
      this.frame.scopes.push(new Map());
      this.bind(pattern, known(element));
      const flow = this.statement(node.body);
      this.frame.scopes.pop();
      if (flow !== 'on') return flow;
    }
    return 'on';
  }

  /** The first round is written out by itself, since most is known then; most loops have no other. */
  protected loop(test: Expression, body: Statement, testsFirst: boolean): Flow {
    if (testsFirst)
      return this.if(
        this.expression(test),
        () => this.loop(test, body, false),
        () => 'on',
      );
    const flow = this.statement(body);
    if (flow !== 'on') return flow;
    return this.if(
      this.expression(test),
      () => this.rounds(test, body),
      () => 'on',
    );
  }

  /** Rounds of a loop of which nothing is known but what holds at the start of each. */
  protected rounds(test: Expression, body: Statement): Flow {
    let start = this.facts;
    for (;;) {
      const { lines, facts } = this.apart(
        () => {
          this.statement(body);
          const again = this.expression(test);
          if (!again.known) this.lines.push(`if (!${again.code}) break;`);
          else if (!again.value) this.lines.push('break;');
          return 'on';
        },
        start,
        known(true),
        true,
      );
      this.facts = facts;
      const joined = start.join(facts);
      if (joined.knowsAsMuchAs(start)) {
        this.lines.push('while (1) {', ...lines, '}');
        return 'on';
      }
      start = joined;
    }
  }

  protected switch(node: SwitchStatement): Flow {
    const value = this.known(this.expression(node.discriminant), node);
    let at = node.cases.findIndex(({ test }) => test && this.known(this.expression(test), node) === value);
    if (at < 0) at = node.cases.findIndex(({ test }) => !test);
    for (const { consequent } of at < 0 ? [] : node.cases.slice(at)) {
      const flow = this.statements(consequent, 0);
      if (flow === 'broken') return 'on';
      if (flow !== 'on') return flow;
    }
    return 'on';
  }

  protected declare(node: VariableDeclaration): void {
    for (const { id, init } of node.declarations) {
      const value = init ? this.expression(init) : known(undefined);
      if (node.kind === 'const') this.bind(id, value);
      else {
        const name = this.name('v');
        this.lines.push(this.dialect.declare(name, this.code(value), false));
        this.facts.assign(name, bitsIn(value));
        this.bind(id, computed(name), true);
      }
    }
  }

  protected bind(pattern: Pattern, value: Value, asIs = false): void {
    const scope = this.frame.scopes.at(-1) as Scope;
    if (pattern.type === 'Identifier') scope.set(pattern.name, asIs ? value : this.settled(value));
    else if (pattern.type === 'ObjectPattern') {
      const object = this.known(value, pattern) as Record<string, unknown>;
      for (const property of pattern.properties) {
        if (property.type !== 'Property') this.unsupported(property);
        else this.bind(property.value, known(object[(property.key as { name: string }).name]));
      }
    } else this.unsupported(pattern);
  }

  // A choice among known things

  /** What `const name = list[number]` chooses from, if the number is not known; with the number's code. */
  protected choice(
    node: VariableDeclaration,
  ): { name: string; list: readonly unknown[]; number: Value } | null {
    const { id, init } = node.declarations[0] as VariableDeclaration['declarations'][0];
    if (id.type !== 'Identifier' || init?.type !== 'MemberExpression' || !init.computed) return null;
    const list = this.expression(init.object as Expression);
    if (!list.known || !Array.isArray(list.value)) return null;
    const index = this.settled(this.expression(init.property as Expression));
    return index.known ? null : { name: id.name, list: list.value, number: index };
  }

  protected oneOf(
    { name, list, number }: { name: string; list: readonly unknown[]; number: Value },
    rest: () => Flow,
  ): Flow {
    const options = [...list.entries()].filter(
      ([value, element]) => element !== undefined && canBe(bitsIn(number), value),
    );
    const choose = (at: number): Flow => {
      const [value, element] = options[at] as [number, unknown];
      const write = () => {
        this.frame.scopes.push(new Map([[name, known(element)]]));
        const flow = rest();
        this.frame.scopes.pop();
        return flow;
      };
      const test = this.binary('===', number, known(value));
      if (at === options.length - 1) {
        this.learn(test, true);
        return write();
      }
      return this.if(test, write, () => choose(at + 1));
    };
    return choose(0);
  }

  // Returns

  protected return(value: Value): Flow {
    const frame = this.frame;
    if (frame.conditions === 0) {
      frame.fallsOut = true;
      frame.result = value;
      return 'returned';
    }
    frame.exit ??= { label: this.name('L'), result: this.name('r'), facts: null };
    if (!isVoid(value)) this.lines.push(`${frame.exit.result} = ${this.code(value)};`);
    this.lines.push(this.dialect.leave(frame.exit.label));
    frame.exit.facts = frame.exit.facts?.join(this.facts) ?? this.facts.copy();
    return 'returned';
  }
}
