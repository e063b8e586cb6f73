import { inspect } from 'node:util';
import type { Verdict } from '../check/verdict.ts';

/** What the process tells its caller; `internal` is a fault of vtlb's own. */
export const EXIT = { holds: 0, violated: 1, badInput: 2, stopped: 3, internal: 70 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What a check ends with; random walks hold as far as they go. */
export function exitCodeOf(verdict: Verdict | 'sampled'): ExitCode {
  if (verdict === 'violated') return EXIT.violated;
  return verdict === 'holds' || verdict === 'sampled' ? EXIT.holds : EXIT.stopped;
}

/** What is said of something thrown, which need not be an Error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : inspect(error);
}

/** The most characters of a message; what is longer says no more. */
const MOST = 2000;

/** A text as one line that a terminal shows as it stands: no line breaks, no control characters, no end in sight. */
export function oneLine(text: string): string {
  const start = text.length > MOST ? `${text.slice(0, MOST)}...` : text;
  return start
    .trim()
    .replace(/ *[\n\r\t]\s*/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '?');
}

/** Writes a line to standard error. */
export function say(text: string): void {
  process.stderr.write(`${oneLine(text)}\n`);
}

/** Input that cannot be used: a flag, a file, a bound. Ends the process with code 2 and this message. */
export class InputError extends Error {
  override readonly name = 'InputError';
}
