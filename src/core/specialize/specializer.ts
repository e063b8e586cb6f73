import type { CallExpression, Expression } from 'acorn';
import type { Field } from '../row/field.ts';
import { bitsOf } from './bits.ts';
import { Facts } from './facts.ts';
import { type Flow, newFrame } from './frame.ts';
import { isFunction, type SourceFunction } from './program.ts';
import { Statements } from './statements.ts';
import { computed, isVoid, known, type Value } from './value.ts';

/**
 * Writes out what is left of the core's functions when their configuration is known: calls become the bodies
 * of what they call, loops over what the layout has are unrolled, decisions are taken, and fields are shifts
 * and masks of local variables that hold the words of a row. A partial evaluator for the part of JavaScript
 * in which the core is written: numbers and known objects; `const`, `let`, `if`, `for`, `while`, `switch`;
 * functions of the core.
 *
 * Where an element of a known list is chosen by a number that is not known, the rest of the block is written
 * once for each element.
 *
 * It stands in layers, each a file: what is written (`Writing`), expressions, statements, and calls.
 */
export class Specializer extends Statements {
  /**
   * The lines of a call of `source`, and the code of its result. Words from `scratch` on are 0 at the start.
   * The call is written once for each value of the bits `split`, which are then known throughout.
   */
  write(
    source: SourceFunction,
    args: readonly Value[],
    { words, scratch, split }: { words: number; scratch: number; split: readonly Field[] },
  ): { lines: string[]; result: string } {
    this.lines = [];
    this.facts = new Facts();
    this.frame = newFrame(source);
    for (let word = scratch; word < words; word++) {
      this.lines.push(this.dialect.declare(`w${word}`, '0', false));
      this.facts.assign(`w${word}`, bitsOf(0));
    }
    if (split.length === 0) return { lines: this.lines, result: this.code(this.inline(source, args)) };
    const result = this.name('r');
    this.lines.push(this.dialect.declare(result, '0', false));
    const writeSplit = (at: number): Flow => {
      const field = split[at];
      if (field === undefined) {
        this.lines.push(`${result} = ${this.code(this.inline(source, args))};`);
        return 'on';
      }
      const bit = this.binary(
        '&',
        this.binary('>>>', this.read(`w${field.word}`), known(field.shift)),
        known(1),
      );
      const test = this.binary('===', bit, known(1));
      return this.if(
        test,
        () => writeSplit(at + 1),
        () => writeSplit(at + 1),
      );
    };
    writeSplit(0);
    return { lines: this.lines, result };
  }

  protected call(node: CallExpression): Value {
    const args: Value[] = [];
    for (const argument of node.arguments) args.push(this.settled(this.expression(argument as Expression)));
    if (node.callee.type === 'Identifier') {
      const found = this.program.resolve(this.frame.source.module, node.callee.name);
      if (isFunction(found)) return this.inline(found, args);
    } else if (node.callee.type === 'MemberExpression') {
      const object = this.known(this.expression(node.callee.object as Expression), node);
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
    return this.unsupported(node);
  }

  protected inline(source: SourceFunction, args: readonly Value[]): Value {
    const caller = this.frame;
    const callerLines = this.lines;
    const frame = newFrame(source);
    this.frame = frame;
    this.lines = [];
    source.declaration.params.forEach((parameter, i) => {
      this.bind(parameter, args[i] ?? known(undefined));
    });
    const flow = this.statements(source.declaration.body.body, 0);
    const body = this.lines;
    this.frame = caller;
    this.lines = callerLines;
    const { exit, result } = frame;
    if (exit === null) {
      this.lines.push(...body);
      return result;
    }
    if (flow === 'returned' && !isVoid(result)) body.push(`${exit.result} = ${this.code(result)};`);
    this.lines.push(this.dialect.declare(exit.result, '0', false));
    this.lines.push(this.dialect.open(exit.label), ...body, this.dialect.close(exit.label));
    if (exit.facts !== null)
      this.facts = flow === 'on' || frame.fallsOut ? this.facts.join(exit.facts) : exit.facts;
    return computed(exit.result, true);
  }
}
