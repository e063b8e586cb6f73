import type { Command } from 'commander';
import { EXTENSIONS, isKernelFile } from '../../kernels/kernel-file.ts';
import { InputError } from '../exit-code.ts';
import type { CheckCommandOptions } from './options.ts';

/** Refuses options that do not go together. @throws InputError that names two */
export function refuseTogether(
  command: Command,
  file: string | undefined,
  options: CheckCommandOptions,
): void {
  const isGiven = (option: string) => command.getOptionValueSource(option) === 'cli';
  const expectNo = (others: readonly string[], why: string, rest = '') => {
    const other = others.find(isGiven);
    if (other !== undefined) throw new InputError(`${why}: expected no --${dashed(other)}${rest}`);
  };
  if (file !== undefined && command.getOptionValueSource('kernel') !== 'default')
    throw new InputError(`expected one kernel, found ${file} and --kernel ${options.kernel}`);
  if (options.checkpoint === undefined && isGiven('checkpointEvery'))
    throw new InputError('--checkpoint-every is for checkpoints: expected --checkpoint with it');
  for (const option of ['length', 'seed'])
    if (options.simulate === undefined && isGiven(option))
      throw new InputError(`--${option} is for random walks: expected --simulate with it`);
  if (options.engine !== undefined && options.tlbs === 'apart' && isGiven('tlbs'))
    throw new InputError(`--engine ${options.engine} keeps TLBs whole: expected no --tlbs apart`);
  if (options.explainRow)
    expectNo(['simulate', 'checkpoint', 'resume', 'answer'], '--explain-row searches nothing');
  if (options.answer !== undefined)
    expectNo(
      ['tlbs', 'engine', 'guest', 'symmetry', 'checkpoint', 'resume', 'simulate'],
      '--answer is for a search as sweeps have it',
    );
  if (options.linux !== undefined) {
    const why = `--linux ${options.linux}`;
    expectNo(['kernel', 'set', 'engine', 'symmetry', 'checkpoint', 'resume', 'explainRow'], why, ' with it');
    if (file !== undefined) throw new InputError(`${why}: expected no ${file} with it`);
  }
  if (file !== undefined && !isKernelFile(file))
    throw new InputError(`${file}: expected a ${EXTENSIONS} file; a kernel by name is --kernel ${file}`);
  if (options.guest !== undefined && options.engine !== undefined)
    throw new InputError(`--guest: expected no --engine, found ${options.engine}`);
  if (options.simulate === undefined) return;
  for (const flag of ['checkpoint', 'resume', 'symmetry'] as const)
    if (options[flag] !== undefined)
      throw new InputError(`--${flag} is for searches: random walks have none`);
}

/** `explainRow` as it is on the command line. */
function dashed(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
