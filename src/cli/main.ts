#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { Command, CommanderError } from 'commander';
import { BoundError } from '../../spec/layouts/bounds.ts';
import { isKernelFile } from '../kernels/kernel-file.ts';
import { packageRoot } from '../package-root.ts';
import { COMMANDS } from './commands.ts';
import { EXIT, type ExitCode, InputError, messageOf, oneLine, say } from './exit-code.ts';
import { details, fitHelp } from './help.ts';
import { fileToBlame } from './kernel-file/known.ts';
import { addColorOption } from './terminal.ts';
import { answerWhenAsked, endThread } from './thread/tell.ts';

const EXIT_CODES = '0 holds, 1 violated, 2 bad usage or input, 3 stopped by a limit';
const helpOn = (exitCodes: string) => details(`\nExit codes: ${exitCodes}.`);

/** The command line: the commands by name, and the one that the arguments name as a whole. */
async function program(args: readonly string[]): Promise<Command> {
  const { version } = JSON.parse(readFileSync(`${packageRoot()}/package.json`, 'utf8')) as {
    version: string;
  };
  const finish = (code: ExitCode) => {
    process.exitCode = code;
  };
  const vtlb = new Command('vtlb')
    .description("An executable specification of how KVM virtualizes a guest's TLB with shadow paging.")
    .version(version)
    .addHelpText('after', helpOn(EXIT_CODES));
  addColorOption(vtlb);
  const named = commandIn(args);
  const asked = COMMANDS.find(({ name }) => name === named);
  for (const { name, doc, exitCodes = EXIT_CODES, load } of COMMANDS) {
    const isAsked = asked?.looksAtAll || name === asked?.name;
    const command = isAsked ? addColorOption((await load())(finish)) : new Command(name);
    vtlb.addCommand(command.description(doc).addHelpText('after', helpOn(exitCodes)));
  }
  for (const command of [vtlb, ...vtlb.commands]) {
    fitHelp(command).exitOverride().configureOutput({ outputError });
  }
  return vtlb;
}

/** Writes what commander says is wrong, which may have an argument in it, and a line that helps. */
function outputError(text: string, write: (text: string) => void): void {
  const [wrong = '', hint] = text.trimEnd().split(/\n(?=\(Did you mean )/);
  write(`${[wrong, ...(hint === undefined ? [] : [hint])].map(oneLine).join('\n')}\n`);
}

/** The command that the arguments name; of the options before it `--color` takes a value. @throws InputError for help on none */
function commandIn(args: readonly string[]): string | undefined {
  const [first, second] = args.filter((arg, i) => !arg.startsWith('-') && args[i - 1] !== '--color');
  if (first !== 'help') return first;
  const names = COMMANDS.map(({ name }) => name);
  if (second !== undefined && !names.includes(second))
    throw new InputError(`unknown command '${second}': expected one of ${names.join(', ')}`);
  return second;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  process.stderr.write(`error: cannot write standard output: ${error.message}\n`);
  process.exit(EXIT.badInput);
});
// Nobody can be told that nobody can be told.
process.stderr.on('error', () => {});
const args = process.argv.slice(2);

// What runs the spec step by step may be long at one state of a large layout.
if (isMainThread && args.some((arg) => isKernelFile(arg) || /^--engine(=|$)/.test(arg))) {
  const { Watch } = await import('./thread/watch.ts');
  new Watch(args);
} else {
  answerWhenAsked();
  process.on('uncaughtException', (error) => process.exit(codeOf(error, true)));
  try {
    await (await program(args)).parseAsync();
  } catch (error) {
    process.exitCode = codeOf(error, false);
  }
  endThread();
}

/** The exit code for what a command threw, or what was thrown where nobody waits for it; says what is wrong. */
function codeOf(error: unknown, isLoose: boolean): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.holds : EXIT.badInput;
  if (error instanceof InputError || error instanceof BoundError) {
    say(`error: ${error.message}`);
    return EXIT.badInput;
  }
  const file = fileToBlame(error, isLoose);
  if (file !== null) {
    say(`error: ${file}: ${messageOf(error)}`);
    return EXIT.badInput;
  }
  const told = error instanceof Error ? error.stack : messageOf(error);
  process.stderr.write(`vtlb failed, which is a fault of its own or of a module it was given:\n${told}\n`);
  return EXIT.internal;
}
