#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { BoundError } from '../../spec/layouts/bounds.ts';
import { packageRoot } from '../package-root.ts';
import { bugsCommand } from './commands/bugs.ts';
import { checkCommand } from './commands/check.ts';
import { compareCommand } from './commands/compare.ts';
import { conformCommand } from './commands/conform.ts';
import { costCommand } from './commands/cost.ts';
import { exploreCommand } from './commands/explore.ts';
import { kernelsCommand } from './commands/kernels.ts';
import { mutateCommand } from './commands/mutate.ts';
import { replayCommand } from './commands/replay.ts';
import { reviewCommand } from './commands/review.ts';
import { EXIT, type ExitCode, InputError } from './exit-code.ts';

const EXIT_CODES = `
Exit codes: 0 holds, 1 violated, 2 bad usage or input, 3 stopped by a limit.`;

/** The whole command line. */
function program(): Command {
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
  for (const command of [
    reviewCommand(finish),
    checkCommand(finish),
    replayCommand(finish),
    exploreCommand(finish),
    kernelsCommand(finish),
    compareCommand(finish),
    mutateCommand(finish),
    costCommand(finish),
    bugsCommand(finish),
    conformCommand(finish),
  ]) {
    vtlb.addCommand(command.addHelpText('after', EXIT_CODES));
  }
  for (const command of [vtlb, ...vtlb.commands]) {
    command.exitOverride().configureOutput({ outputError: (text, write) => write(text) });
  }
  return vtlb;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await program().parseAsync();
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
