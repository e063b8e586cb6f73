import type { Progress } from '../checker/result.ts';
import { isTerminal } from './thread/tell.ts';

const REFRESH_MS = 250;

/**
 * A line on stderr that is written over and over while long work goes on; silent when stderr is no terminal.
 */
export class ProgressLine {
  readonly #enabled: boolean;
  readonly #start = performance.now();
  #last = 0;

  /** @param quiet keeps silent even on a terminal */
  constructor(quiet: boolean) {
    this.#enabled = !quiet && isTerminal();
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
    if (!this.#enabled || now - this.#last < REFRESH_MS) return;
    this.#last = now;
    process.stderr.write(`\r\x1b[K${text}`);
  }

  /** Wipes the line. */
  clear(): void {
    if (this.#enabled) process.stderr.write('\r\x1b[K');
  }

  /** Wipes the line and says how long the work took. */
  done(): void {
    if (this.#enabled) process.stderr.write(`\r\x1b[K${this.seconds.toFixed(1)} s\n`);
  }
}
