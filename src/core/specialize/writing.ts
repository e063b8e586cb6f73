import { make } from './arithmetic.ts';
import type { Dialect } from './dialect.ts';
import { Facts } from './facts.ts';
import type { Flow, Frame } from './frame.ts';
import type { Program } from './program.ts';
import type { Part, Value } from './value.ts';

/** What is written, where, and what is known at that place. */
export abstract class Writing {
  protected readonly program: Program;
  protected readonly dialect: Dialect;
  /** Stands for the row: its elements become variables. */
  protected readonly row: object;
  /** Stands for the notes: its elements are computed. */
  protected readonly noted: object;
  protected frame!: Frame;
  protected lines: string[] = [];
  protected facts = new Facts();
  private names = 0;

  constructor(program: Program, dialect: Dialect, row: object, noted: object) {
    this.program = program;
    this.dialect = dialect;
    this.row = row;
    this.noted = noted;
  }

  /**
   * Writes something under the condition that a test comes out so, to be put in its place by the caller, who
   * also sees to what is known afterwards.
   */
  protected apart(
    write: () => Flow,
    before: Facts,
    test: Value,
    outcome: boolean,
  ): { lines: string[]; flow: Flow; facts: Facts } {
    const outer = this.lines;
    this.facts = before.copy();
    this.learn(test, outcome);
    this.lines = [];
    this.frame.conditions++;
    const flow = write();
    this.frame.conditions--;
    const lines = this.lines;
    this.lines = outer;
    return { lines, flow, facts: this.facts };
  }

  /** Takes in that a test came out true or false. */
  protected learn(test: Value, outcome: boolean): void {
    const tests = (!test.known && test.tests) || [];
    if (!outcome && tests.length > 1) return;
    for (const { part, equals, negated } of tests) {
      if (negated !== outcome) this.facts.learn(part, equals);
      else if (part.mask === 1) this.facts.learn(part, 1 - equals);
    }
  }

  /** What a variable holds here. */
  protected read(variable: string): Value {
    const part: Part = { variable, version: this.facts.version(variable), shift: 0, mask: -1 };
    return make(variable, false, { bits: this.facts.bits(variable), part });
  }

  protected local(name: string): Value | undefined {
    return this.frame.scopes.findLast((scope) => scope.has(name))?.get(name);
  }

  /** A value that statements written later cannot change. */
  protected settled(value: Value): Value {
    if (value.known || value.fixed) return value;
    const name = this.name('x');
    this.lines.push(this.dialect.declare(name, value.code, true));
    return { ...value, code: name, fixed: true };
  }

  protected code(value: Value): string {
    if (!value.known) return value.code;
    if (typeof value.value !== 'number' && typeof value.value !== 'boolean')
      throw new Error(`cannot happen: ${String(value.value)} where a number is due`);
    return this.dialect.literal(value.value);
  }

  protected known(value: Value, node: { readonly type: string }): unknown {
    return value.known ? value.value : this.unsupported(node);
  }

  protected name(kind: string): string {
    return `${kind}${this.names++}_`;
  }

  protected unsupported(node: { readonly type: string }): never {
    throw new Error(
      `cannot happen: ${node.type} in ${this.frame.source.declaration.id?.name} needs what is not known`,
    );
  }
}
