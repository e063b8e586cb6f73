import type { Expand } from '../../checker/model.ts';
import type { CoreEvent } from '../event.ts';
import type { Core } from '../machine.ts';
import type { Field } from '../row/field.ts';
import { C, type Dialect, JAVASCRIPT } from './dialect.ts';
import { Program, type SourceFunction } from './program.ts';
import { Specializer } from './specializer.ts';
import { computed, known, type Value } from './value.ts';

/** The functions that are written out, with all that they call. */
export interface SourceFunctions {
  readonly program: Program;
  readonly step: SourceFunction;
  readonly inspect: SourceFunction;
}

let loaded: Promise<SourceFunctions> | null = null;

/** The source of the core, read once. */
export function loadProgram(): Promise<SourceFunctions> {
  loaded ??= (async () => {
    const program = new Program();
    return {
      program,
      step: await program.load('step/step.js', 'step'),
      inspect: await program.load('properties/inspect.js', 'inspect'),
    };
  })();
  return loaded;
}

/** A function written out: the words of a state are its parameters w0, w1, ...; then comes `wanted`. */
interface WrittenFunction {
  readonly name: string;
  /** What its body begins with: the words that a step works in. */
  readonly lines: readonly string[];
  /** The code of what it finds; the words are then the successor's. */
  readonly result: string;
}

/** Writes out the step of each event, then `inspect`. */
function writeOut(
  { program, step, inspect }: SourceFunctions,
  core: Core,
  events: readonly CoreEvent[],
  dialect: Dialect,
): WrittenFunction[] {
  const wanted = computed('wanted', true);
  const { words, bufferWords } = core.layout;
  const write = (name: string, source: SourceFunction, args: readonly Value[]): WrittenFunction => {
    const specializer = new Specializer(program, dialect, core.row, core.noted);
    const layout = { words: bufferWords, scratch: words, split: splitOf(core) };
    return { name, ...specializer.write(source, [known(core), ...args], layout) };
  };
  return [
    ...events.map((event, i) => write(`step${i}`, step, [known(event), wanted])),
    write('inspect', inspect, [wanted]),
  ];
}

/** What almost every handler asks: with it known, half of each step falls away. */
function splitOf({ layout }: Core): Field[] {
  return layout.vcpus.length === 1 ? layout.vcpus.map(({ pcide }) => pcide) : [];
}

/** Steps and inspections written out for one core. */
export interface Specialized {
  /** As `step` on the core, for an event by number, on a row of its own. */
  readonly step: (row: Int32Array, event: number, wanted: number) => number;
  readonly inspect: (row: Int32Array, wanted: number) => number;
  readonly expand: Expand;
}

/** Specialises a core to straight-line JavaScript. Notes go to the core's own. */
export function specialize(source: SourceFunctions, core: Core, events: readonly CoreEvent[]): Specialized {
  return new Function('noted', programText(writeOut(source, core, events, JAVASCRIPT), core.layout.words))(
    core.noted,
  ) as Specialized;
}

/** The JavaScript of a whole `Specialized`. */
function programText(written: readonly WrittenFunction[], words: number): string {
  const steps = written.slice(0, -1);
  const inspect = written.at(-1) as WrittenFunction;
  const list = (item: (i: number) => string, separator: string) =>
    Array.from({ length: words }, (_, i) => item(i)).join(separator);
  const parameters = list((i) => `w${i}`, ', ');
  return [
    ...steps.flatMap(({ name, lines, result }, event) => [
      `function ${name}(states, at, count, wanted, rows, masks) {`,
      `for (let s = 0, n = ${event}; s < count; s++, n += ${steps.length}) {`,
      list((i) => `let w${i} = states[at + s * ${words} + ${i}];`, ' '),
      ...lines,
      list((i) => `rows[n * ${words} + ${i}] = w${i};`, ' '),
      `masks[n] = ${result};`,
      '}',
      '}',
    ]),
    'function expand(states, at, count, wanted, rows, masks) {',
    ...steps.map(({ name }) => `${name}(states, at, count, wanted, rows, masks);`),
    '}',
    `const rows = new Int32Array(${words * steps.length}), masks = new Int32Array(${steps.length});`,
    'function step(row, event, wanted) {',
    'switch (event) {',
    ...steps.map(({ name }, event) => `case ${event}: ${name}(row, 0, 1, wanted, rows, masks); break;`),
    '}',
    list((i) => `row[${i}] = rows[event * ${words} + ${i}];`, ' '),
    'return masks[event];',
    '}',
    `function inspectWords(${parameters}, wanted) {`,
    ...inspect.lines,
    `return ${inspect.result};`,
    '}',
    `function inspect(row, wanted) { return inspectWords(${list((i) => `row[${i}]`, ', ')}, wanted); }`,
    'return { step, inspect, expand };',
  ].join('\n');
}

/**
 * The same as C: a function `int stepN(int *row, int wanted)` for each event, which replaces a row by its
 * successor, and `inspect`. They need an array `int noted[]`, and signed arithmetic that wraps.
 */
export function specializedC(source: SourceFunctions, core: Core, events: readonly CoreEvent[]): string {
  const { words } = core.layout;
  const each = (line: (i: number) => string) => Array.from({ length: words }, (_, i) => line(i));
  return writeOut(source, core, events, C)
    .map(({ name, lines, result }) =>
      [
        `static int ${name}(int *row, int wanted) {`,
        ...each((i) => `int w${i} = row[${i}];`),
        ...lines,
        `const int found = ${result};`,
        ...each((i) => `row[${i}] = w${i};`),
        'return found;',
        '}',
      ].join('\n'),
    )
    .join('\n\n');
}
