import { paint } from '../report/paint.ts';
import { fitted } from '../report/wrap.ts';
import { terminal } from './terminal.ts';

/** A report as it is printed: within the width of the terminal, and in colours where it has some. */
export function finished(report: string): string {
  const { columns, hasColours } = terminal();
  const text = fitted(report, columns);
  return hasColours ? paint(text) : text;
}

/** Prints a report for people. */
export function printReport(report: string): void {
  printVerbatim(finished(report));
}

/** Prints a value for machines, as JSON in one line. */
export function printJson(value: unknown): void {
  printVerbatim(JSON.stringify(value));
}

/** Prints what is to be copied or read by machines as it stands. */
export function printVerbatim(text: string): void {
  process.stdout.write(`${text}\n`);
}
