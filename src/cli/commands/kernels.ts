import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { EVENT_KINDS, type EventKind } from '../../../spec/events/event.ts';
import { DECISION_NAMES, DECISIONS, type DecisionName } from '../../../spec/kernels/decisions.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import type { KernelIndex } from '../../kernels/kernel-index.ts';
import { PatchError } from '../../kernels/patch.ts';
import {
  differences,
  formatAskedDecision,
  formatDifferences,
  formatKernel,
  formatKernels,
  type NamedKernel,
} from '../../report/kernels.ts';
import { formatTouched } from '../../report/kernels-diff.ts';
import type { FoldedKernel } from '../../report/kernels-event.ts';
import { decisionsJson, touchedJson } from '../../report/kernels-json.ts';
import { paintDifference } from '../../report/paint.ts';
import { EXIT, type ExitCode, InputError } from '../exit-code.ts';
import { type ChosenKernel, chooseKernel, KERNEL_DOC, parseKernel, renamed } from '../kernel.ts';
import { describeLinux, linuxOption } from '../linux.ts';
import { printJson, printReport, printVerbatim } from '../print.ts';
import { readText } from '../read-text.ts';
import { terminal } from '../terminal.ts';

interface KernelsOptions {
  readonly grep?: string;
  readonly diff?: string;
  readonly event?: EventKind;
  readonly linux?: string;
  readonly json?: true;
}

/** What the command found: for people, and as a value. */
interface Answer {
  readonly text: (columns: number) => string;
  readonly json: () => unknown;
  /** The text is code, which is printed as it stands. */
  readonly isCode?: true;
}

/** `vtlb kernels`: which decisions there are, who takes them how, and where in KVM and in the specification. */
export function kernelsCommand(finish: (code: ExitCode) => void): Command {
  return new Command('kernels')
    .addArgument(new Argument('[a]', `a decision, or a kernel: ${KERNEL_DOC}`).argParser(parseSubject))
    .addArgument(new Argument('[b]', 'another kernel, to say what differs').argParser(parseKernel))
    .option('--grep <word>', 'the decisions with a word in their names, values, texts, commits or functions')
    .option(
      '--diff <file>',
      "the functions that a patch to KVM touches, and their decisions, of v6.12 unless a kernel is named; '-' reads standard input",
    )
    .addOption(linuxOption("which record describes Linux's own code"))
    .addOption(
      new Option(
        '--event <event>',
        'what a kernel does on an event, with its decisions put in; with two, what differs',
      ).choices(EVENT_KINDS),
    )
    .option('--json', 'print one JSON value')
    .action(async (a: string | undefined, b: string | undefined, options: KernelsOptions) => {
      if (options.linux !== undefined) {
        const others = [a, options.grep, options.diff, options.event];
        if (others.some((other) => other !== undefined))
          throw new InputError('--linux: expected no kernel, decision or other option with it');
        finish(await describeLinux(options.linux, options.json ?? false));
        return;
      }
      print(await answer(a, b, options), options.json);
      finish(EXIT.holds);
    });
}

function print({ text, json, isCode }: Answer, asJson: true | undefined): void {
  const { columns, hasColours } = terminal();
  if (asJson) printJson(json());
  else if (isCode) printVerbatim(hasColours ? paintDifference(text(columns)) : text(columns));
  else printReport(text(columns));
}

function parseSubject(text: string): string {
  if (isDecision(text)) return text;
  try {
    return parseKernel(text);
  } catch (error) {
    throw new InvalidArgumentError(
      `${(error as Error).message}, or a decision (\`vtlb kernels\` lists them)`,
    );
  }
}

function isDecision(text: string): text is DecisionName {
  return Object.hasOwn(DECISIONS, text);
}

async function answer(
  a: string | undefined,
  b: string | undefined,
  { grep, diff, event }: KernelsOptions,
): Promise<Answer> {
  if (event !== undefined) return onEvent(event, a, b, grep ?? diff);
  if (grep !== undefined && (diff !== undefined || a !== undefined))
    throw new InputError('--grep: expected no kernel, decision or --diff with it');
  if (diff !== undefined && (b !== undefined || (a !== undefined && isDecision(a))))
    throw new InputError('--diff: expected at most one kernel with it');
  if (grep !== undefined) return found(grep, await loadIndex());
  if (diff !== undefined) return touched(diff, await named(a ?? 'v6.12'), await loadIndex());
  if (a === undefined) return everything();
  if (isDecision(a)) {
    if (b !== undefined)
      throw new InputError(`kernels: expected no kernel with the decision ${a}, found ${b}`);
    return decisions([a], await loadIndex());
  }
  return b === undefined
    ? one(await named(a), await loadIndex())
    : comparison(await named(a), await named(b));
}

/** The specification's own text is parsed where it is asked for only: that takes a fifth of a second. */
async function loadIndex(): Promise<KernelIndex> {
  return (await import('../../kernels/kernel-index.ts')).KernelIndex.read();
}

async function named(name: string): Promise<ChosenKernel> {
  return renamed(await chooseKernel(name));
}

const NAMED: readonly NamedKernel[] = Object.entries(KERNELS).map(([name, kernel]) => ({
  name,
  kernel,
  overridden: [],
  architecture: [],
}));

function everything(): Answer {
  return { text: formatKernels, json: () => decisionsJson(DECISION_NAMES, NAMED) };
}

function comparison(a: NamedKernel, b: NamedKernel): Answer {
  return {
    text: (columns) => formatDifferences(a, b, columns),
    json: () => decisionsJson(differences(a, b), [a, b]),
  };
}

function one(kernel: NamedKernel, index: KernelIndex): Answer {
  return {
    text: (columns) => formatKernel(kernel, index, columns),
    json: () => decisionsJson(DECISION_NAMES, [kernel], index),
  };
}

function decisions(names: readonly DecisionName[], index: KernelIndex): Answer {
  return {
    text: (columns) => names.map((name) => formatAskedDecision(name, index, columns)).join('\n\n'),
    json: () => decisionsJson(names, NAMED, index),
  };
}

function found(word: string, index: KernelIndex): Answer {
  const names = DECISION_NAMES.filter((name) => mentions(name, word.toLowerCase(), index));
  const { text, json } = decisions(names, index);
  return {
    text: (columns) => (names.length > 0 ? text(columns) : `No decision mentions '${word}'.`),
    json,
  };
}

function mentions(name: DecisionName, word: string, index: KernelIndex): boolean {
  const { doc, commits, values } = DECISIONS[name];
  const words = [name, doc, ...commits, ...Object.entries(values).flat(), ...index.functionsOf(name)];
  return words.some((text) => text.toLowerCase().includes(word));
}

async function touched(file: string, kernel: NamedKernel, index: KernelIndex): Promise<Answer> {
  const patch = await readText(file);
  const { touchedParts } = await import('../../kernels/touched.ts');
  try {
    const parts = touchedParts(patch, index);
    return {
      text: (columns) => formatTouched(parts, kernel, index, columns),
      json: () => touchedJson(parts, kernel, index),
    };
  } catch (error) {
    if (error instanceof PatchError)
      throw new InputError(`${file === '-' ? 'standard input' : file}: ${error.message}`);
    throw error;
  }
}

async function onEvent(
  event: EventKind,
  a: string | undefined,
  b: string | undefined,
  other: string | undefined,
): Promise<Answer> {
  if (a === undefined || isDecision(a) || other !== undefined)
    throw new InputError('--event: expected one or two kernels with it, and no other option');
  const kernels = [await named(a), ...(b === undefined ? [] : [await named(b)])];
  for (const { name, overridden } of kernels)
    if (overridden.includes(event))
      throw new InputError(`--event: ${name} has its own ${event}, which is to be read there`);
  const [{ readUnits }, { foldEvent }, { readOwn }, report] = await Promise.all([
    import('../../kernels/units.ts'),
    import('../../kernels/fold/event-fold.ts'),
    import('../../kernels/fold/own-function.ts'),
    import('../../report/kernels-event.ts'),
  ]);
  const units = await readUnits();
  const fold = async (each: ChosenKernel): Promise<FoldedKernel> => {
    const own = await readOwn(units, each.kernel.kvm);
    return { ...each, folded: foldEvent(units, each.kernel, event, own) };
  };
  const [one, two] = (await Promise.all(kernels.map(fold))) as [FoldedKernel, FoldedKernel | undefined];
  return two === undefined
    ? { text: () => report.formatFold(one, event), json: () => report.foldJson(one, event), isCode: true }
    : {
        text: () => report.formatFoldDiff(one, two, event),
        json: () => report.foldDiffJson(one, two, event),
        isCode: true,
      };
}
