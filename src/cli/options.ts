import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CONTRACTS, type ContractName } from '../../spec/contracts/named.ts';
import { checkDecision } from '../../spec/define/kernel.ts';
import { BOUND_LIMITS, type BoundName, type Bounds } from '../../spec/layouts/bounds.ts';
import { LAYOUTS, type LayoutName } from '../../spec/layouts/named.ts';
import { type ChosenKernel, chooseKernel, KERNEL_DOC, parseKernel } from './kernel.ts';

/** What every command that runs a kernel is told. */
export interface KernelOptions {
  /** A kernel's name, or the path of a file that defines one. */
  readonly kernel: string;
  readonly set: Readonly<Record<string, string>>;
  readonly contract: ContractName;
}

/** What every command that runs a kernel on a layout is told. */
export interface WorldOptions extends KernelOptions {
  readonly layout: LayoutName;
  readonly bound: Partial<Bounds>;
}

/** Adds `--kernel`, `--set` and `--contract`. */
export function addKernelOptions(command: Command): Command {
  return command
    .option('--kernel <name|file>', `kernel: ${KERNEL_DOC}`, parseKernel, 'v6.12')
    .addOption(repeated('--set <decision=value>', 'change one decision of the kernel', collectDecision))
    .addOption(
      choice(
        '--contract <name>',
        'how strict the architecture is taken to be',
        Object.keys(CONTRACTS),
        'kvm',
      ),
    );
}

/** Adds `--kernel`, `--set`, `--contract`, `--layout` and `--bound`. */
export function addWorldOptions(command: Command): Command {
  return addKernelOptions(command)
    .addOption(choice('--layout <name>', 'guest image', Object.keys(LAYOUTS), 'minimal'))
    .addOption(repeated('--bound <name=N>', 'override a bound of the layout', collectBound));
}

/** The kernel that the options name. @throws InputError if it is a file that defines no kernel */
export function kernelOf({ kernel, set }: Pick<WorldOptions, 'kernel' | 'set'>): Promise<ChosenKernel> {
  return chooseKernel(kernel, set);
}

/** An option with a fixed set of values. */
export function choice(flags: string, doc: string, values: readonly string[], initial: string): Option {
  return new Option(flags, doc).choices([...values]).default(initial);
}

/** Says what the default of an option of a command comes to there. */
export function defaultIs(command: Command, long: string, words: string): void {
  const option = command.options.find((each) => each.long === long);
  if (option !== undefined) option.defaultValueDescription = words;
}

/** An option that may be given several times; what it comes to is a record. */
export function repeated<T>(flags: string, doc: string, collect: (text: string, previous: T) => T): Option {
  return new Option(flags, `${doc} (may be repeated)`).argParser(collect).default({}, 'none');
}

/** How much is done at once. */
export function workersOption(doc: string): Option {
  return new Option('--workers <n>', doc)
    .argParser(wholeNumber(1))
    .default(availableParallelism(), 'one a processor');
}

/** An option that sets a limit where there is none. */
export function limit(flags: string, doc: string): Option {
  return new Option(flags, `${doc} (default: no limit)`).argParser(wholeNumber(1));
}

/** Reads a whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`expected a whole number from ${least}`);
    }
    return value;
  };
}

/** Reads one `decision=value` more. */
export function collectDecision(text: string, previous: Record<string, string>): Record<string, string> {
  const [decision, value] = splitPair(text, 'decision=value');
  try {
    checkDecision(decision, value);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
  return { ...previous, [decision]: value };
}

/** Reads one `name=N` more. */
export function collectBound(text: string, previous: Partial<Bounds>): Partial<Bounds> {
  const [name, digits] = splitPair(text, 'name=N');
  if (!Object.hasOwn(BOUND_LIMITS, name)) {
    throw new InvalidArgumentError(
      `unknown bound '${name}': expected one of ${Object.keys(BOUND_LIMITS).join(', ')}`,
    );
  }
  const [least, greatest] = BOUND_LIMITS[name as BoundName];
  const value = Number(digits);
  if (!/^\d+$/.test(digits) || value < least || value > greatest) {
    throw new InvalidArgumentError(`bound ${name}: expected a whole number from ${least} to ${greatest}`);
  }
  return { ...previous, [name]: value };
}

function splitPair(text: string, expected: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 0) throw new InvalidArgumentError(`expected ${expected}`);
  return [text.slice(0, at), text.slice(at + 1)];
}
