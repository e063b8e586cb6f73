import type { Command } from 'commander';
import type { Progress } from '../checker/result.ts';
import { terminal } from './terminal.ts';
import { isTerminal } from './thread/tell.ts';

/** Milliseconds between two updates of a line on a terminal, and between two lines elsewhere. */
const REFRESH_MS = 250;
const LOG_MS = 30_000;

/** What a command is told of its progress. */
export interface ProgressOptions {
  readonly json?: true | undefined;
  readonly progress?: true | undefined;
}

/** Adds `--progress`. */
export function addProgressOption(command: Command): Command {
  return command.option(
    '--progress',
    'say on standard error how far it is: for a log a line every half minute; with --json too',
  );
}

/**
 * How far long work is, on stderr: on a terminal a line that is written over and over, unless the command prints JSON;
 * elsewhere, and with JSON, only if that is asked for, and then as lines of their own where there is no terminal.
 */
export class ProgressLine {
  readonly #kind: 'none' | 'line' | 'log';
  readonly #interval: number;
  readonly #start = performance.now();
  #last: number;

  /** @param interval milliseconds between two of what is said, if not the usual ones */
  constructor({ json = undefined, progress = undefined }: ProgressOptions, interval?: number) {
    const isAsked = progress ?? !json;
    if (isTerminal()) this.#kind = isAsked ? 'line' : 'none';
    else this.#kind = progress ? 'log' : 'none';
    this.#interval = interval ?? (this.#kind === 'log' ? LOG_MS : REFRESH_MS);
    this.#last = this.#kind === 'log' ? this.#start : 0;
  }

  /** Seconds since this line was made. */
  get seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }

  /** Shows how far a search is. */
  search({ states, transitions, depth, frontier }: Progress): void {
    const rate = Math.round(transitions / this.seconds);
    this.show(`${states} states, ${frontier} to expand, depth ${depth}, ${rate} transitions a second`);
  }

  show(text: string): void {
    const now = performance.now();
    if (this.#kind === 'none' || now - this.#last < this.#interval) return;
    this.#last = now;
    process.stderr.write(
      this.#kind === 'line' ? `\r\x1b[K${inOneLine(text)}` : `${this.seconds.toFixed(0)} s: ${text}\n`,
    );
  }

  /** Wipes the line. */
  clear(): void {
    if (this.#kind === 'line') process.stderr.write('\r\x1b[K');
  }

  /** Wipes the line and says how long the work took. */
  done(): void {
    if (this.#kind === 'line') process.stderr.write(`\r\x1b[K${this.seconds.toFixed(1)} s\n`);
  }
}

/** So much of a text that it can be written over: what a terminal wraps cannot. */
function inOneLine(text: string): string {
  return text.slice(0, (process.stderr.columns || terminal().columns) - 1);
}
