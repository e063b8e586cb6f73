import type { Argument, Command, Option } from 'commander';
import { BUGS } from '../../../spec/bugs/bugs.ts';
import { DECISION_NAMES, DECISIONS } from '../../../spec/kernels/decisions.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { RELEASES } from '../../../spec/kernels/releases.ts';
import { BOUND_LIMITS } from '../../../spec/layouts/bounds.ts';
import { LINUX_VERSIONS } from '../../conform/harness.ts';
import { WORKLOADS } from '../../cost/workloads.ts';
import { EXPORT_FORMATS } from '../../export/formats.ts';
import { SCENARIO_NAMES } from '../scenario.ts';

/** What may stand in a place of the command line: some words, and files or folders besides. */
export interface Words {
  readonly words: readonly string[];
  readonly paths?: 'files' | 'folders';
}

/** An option as a shell completes it. */
export interface CompletedOption {
  /** `--kernel`, and a short form if it has one. */
  readonly flags: readonly string[];
  readonly doc: string;
  /** What follows it; null if nothing does. */
  readonly value: Words | null;
  /** Whether several values may follow it. */
  readonly isVariadic: boolean;
}

/** A command as a shell completes it. */
export interface CompletedCommand {
  readonly name: string;
  readonly doc: string;
  readonly options: readonly CompletedOption[];
  readonly argument: Words;
}

const kernels: Words = {
  words: [...new Set([...Object.keys(KERNELS), ...Object.keys(RELEASES)])],
  paths: 'files',
};
const traces: Words = { words: SCENARIO_NAMES, paths: 'files' };
const paths = (kind: 'files' | 'folders'): Words => ({ words: [], paths: kind });
const anything: Words = { words: [] };

/** What may stand where an option's or argument's name says what it is. */
const WORDS: Readonly<Record<string, Words>> = {
  'name|file': kernels,
  a: kernels,
  b: kernels,
  'kernels a': { ...kernels, words: [...DECISION_NAMES, ...kernels.words] },
  'decision=value': {
    words: DECISION_NAMES.flatMap((name) =>
      Object.keys(DECISIONS[name].values).map((value) => `${name}=${value}`),
    ),
  },
  'name=N': { words: Object.keys(BOUND_LIMITS).map((name) => `${name}=`) },
  'name=N,N': { words: Object.keys(BOUND_LIMITS).map((name) => `${name}=`) },
  decision: { words: DECISION_NAMES },
  workload: { words: WORKLOADS.map(({ name }) => name) },
  format: { words: Object.keys(EXPORT_FORMATS) },
  number: { words: BUGS.map(({ number }) => String(number)) },
  trace: traces,
  file: paths('files'),
  'kernel-file': paths('files'),
  folder: paths('folders'),
  'version|folder': { words: Object.keys(LINUX_VERSIONS), paths: 'folders' },
  'z3|cvc5|path': { words: ['z3', 'cvc5'], paths: 'files' },
  ...Object.fromEntries(['n', 'mib', 'seconds', 'walks', 'word'].map((name) => [name, anything])),
};

/** The commands of a program, with what each may be followed by, read off what commander knows of them. */
export function completedCommands(commands: readonly Command[]): CompletedCommand[] {
  return commands.map((command) => ({
    name: command.name(),
    doc: command.description(),
    options: command.createHelp().visibleOptions(command).map(completedOption),
    argument: merged(command.registeredArguments.map((argument) => argumentWords(command, argument))),
  }));
}

function completedOption(option: Option): CompletedOption {
  const { long, short, description, required, optional, variadic, argChoices } = option;
  const [, name] = /[<[](.*?)(?:\.\.\.)?[>\]]/.exec(option.flags) ?? [];
  return {
    flags: [long, short].filter((flag) => typeof flag === 'string'),
    doc: description,
    value: required || optional ? wordsFor(name as string, argChoices) : null,
    isVariadic: variadic,
  };
}

function argumentWords(command: Command, argument: Argument): Words {
  const own = `${command.name()} ${argument.name()}`;
  return wordsFor(own in WORDS ? own : argument.name(), argument.argChoices);
}

/** @throws Error for a name that says nothing, which is a mistake of who named it */
function wordsFor(name: string, choices: readonly string[] | undefined): Words {
  const words = choices === undefined ? WORDS[name] : { words: choices };
  if (words === undefined) throw new Error(`cannot happen: nobody says what <${name}> may be`);
  return words;
}

function merged(all: readonly Words[]): Words {
  const kind = all.find(({ paths: each }) => each !== undefined)?.paths;
  return {
    words: [...new Set(all.flatMap(({ words }) => words))],
    ...(kind !== undefined && { paths: kind }),
  };
}
