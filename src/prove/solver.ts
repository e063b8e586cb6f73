import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { Tinypool } from 'tinypool';

/** A solver that cannot be used, or does not answer as one does. */
export class SolverError extends Error {
  override readonly name = 'SolverError';
}

/** Somebody who answers scripts of SMT-LIB. */
export interface Solver {
  /** `z3 5.1.0`. */
  readonly name: string;
  /** Whether its models are read. */
  readonly givesModels: boolean;
  /** What it prints. @throws what `signal` aborts with */
  readonly run: (script: string, signal: AbortSignal) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Milliseconds that one goal may take. */
const GOAL_MS = 60_000;

/**
 * The solver that is asked for: `z3` or `cvc5` of the PATH, or a program by its path, which is taken for the one that
 * it is called after; else the package z3-solver.
 *
 * @throws SolverError if it is not there
 */
export async function openSolver(asked: string | undefined): Promise<Solver> {
  return asked === undefined ? openPackage() : openProgram(asked);
}

async function openPackage(): Promise<Solver> {
  try {
    createRequire(import.meta.url).resolve('z3-solver');
  } catch {
    throw new SolverError(
      'no solver: expected the package z3-solver (npm install z3-solver), --solver z3|cvc5|PATH, or --smtlib DIR to write what a solver would be asked',
    );
  }
  const pool = new Tinypool({
    filename: new URL('./z3-worker.js', import.meta.url).href,
    runtime: 'worker_threads',
    minThreads: 1,
    maxThreads: 1,
  });
  const [version] = /\d+(\.\d+)+/.exec((await pool.run(null)) as string) ?? ['of some version'];
  return {
    name: `z3 ${version}`,
    givesModels: true,
    run: (script, signal) =>
      pool.run(`(set-option :timeout ${GOAL_MS})\n${script}`, { signal }) as Promise<string>,
    close: () => pool.destroy(),
  };
}

async function openProgram(asked: string): Promise<Solver> {
  const isCvc5 = /^cvc5/.test(basename(asked));
  const args = isCvc5
    ? ['--lang=smt2', '--incremental', '--full-saturate-quant', `--tlimit-per=${GOAL_MS}`]
    : ['-in', `-t:${GOAL_MS}`];
  const told = await runProgram(asked, ['--version'], '', new AbortController().signal);
  const [version] = /\d+(\.\d+)+/.exec(told) ?? [];
  if (version === undefined)
    throw new SolverError(
      `solver ${asked}: expected one that says its version, it said '${told.slice(0, 80)}'`,
    );
  return {
    name: `${isCvc5 ? 'cvc5' : 'z3'} ${version}`,
    givesModels: !isCvc5,
    run: (script, signal) => runProgram(asked, args, script, signal),
    close: async () => {},
  };
}

function runProgram(
  program: string,
  args: readonly string[],
  input: string,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { signal, stdio: ['pipe', 'pipe', 'ignore'] });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.on('error', (error) =>
      reject(signal.aborted ? error : new SolverError(`solver ${program}: ${error.message}`)),
    );
    child.on('close', () => resolve(Buffer.concat(parts).toString()));
    // A program that does not read ends by itself, and says so.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** What a goal comes to. */
export type Answer = 'unsat' | 'sat' | 'unknown';

/** The answers to a script's goals. @throws SolverError if that is not what a solver said */
export function answersIn(output: string, goals: number, solver: string): Answer[] {
  const lines = output.trim().split(/\s*\n\s*/);
  const answers = lines.filter((line): line is Answer => /^(unsat|sat|unknown)$/.test(line));
  if (answers.length !== goals || lines.length !== goals)
    throw new SolverError(`${solver}: expected ${goals} answers, it said '${output.trim().slice(0, 200)}'`);
  return answers;
}
