#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { BoundError } from '../../spec/layouts/bounds.ts';
import { packageRoot } from '../package-root.ts';
import { COMMANDS } from './commands.ts';
import { EXIT, type ExitCode, InputError } from './exit-code.ts';

const EXIT_CODES = `
Exit codes: 0 holds, 1 violated, 2 bad usage or input, 3 stopped by a limit.`;

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
    .addHelpText('after', EXIT_CODES);
  for (const { name, doc, load } of COMMANDS) {
    const command = name === commandIn(args) ? (await load())(finish) : new Command(name);
    vtlb.addCommand(command.description(doc).addHelpText('after', EXIT_CODES));
  }
  for (const command of [vtlb, ...vtlb.commands]) {
    command.exitOverride().configureOutput({ outputError: (text, write) => write(text) });
  }
  return vtlb;
}

/** The command that the arguments name; no option before it takes a value. */
function commandIn(args: readonly string[]): string | undefined {
  const [first, second] = args.filter((arg) => !arg.startsWith('-'));
  return first === 'help' ? second : first;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await (await program(process.argv.slice(2))).parseAsync();
} catch (error) {
  process.exitCode = codeOf(error);
}

/** The exit code for what a command threw; says what is wrong if commander has not. */
function codeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.holds : EXIT.badInput;
  if (error instanceof InputError || error instanceof BoundError) {
    process.stderr.write(`error: ${error.message}\n`);
    return EXIT.badInput;
  }
  throw error;
}
