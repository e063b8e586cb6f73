import { spawnSync } from 'node:child_process';
import { MissingError, PeerError } from './error.mjs';

/** By program: the Debian package that has it. */
const PACKAGES = { rumur: 'rumur', spin: 'spin', gcc: 'gcc' };

/**
 * Runs a program to its end and returns what it printed.
 *
 * @throws MissingError when there is no such program
 * @throws PeerError when it fails
 */
export function run(program, args, cwd) {
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (error?.code === 'ENOENT' && PACKAGES[program] !== undefined)
    throw new MissingError(`no ${program}: install the package ${PACKAGES[program]}`);
  if (error !== undefined) throw error;
  if (status !== 0)
    throw new PeerError(`${program} ended with ${status}: ${(stderr + stdout).slice(0, 2000)}`);
  return stdout;
}

/** Asks for programs. @throws MissingError that names the first that is missing */
export function need(...programs) {
  for (const program of programs) run(program, [program === 'spin' ? '-V' : '--version']);
}

/** The numbers that a pattern's groups stand for. @throws PeerError when the text has them nowhere */
export function numbersIn(text, pattern) {
  const found = pattern.exec(text);
  if (found === null) throw new PeerError(`no ${pattern} in what a peer printed: ${text}`);
  return found.slice(1).map(Number);
}
