import { formatEvent } from '../trace/print.ts';
import type { TraceRun } from './trace-run.ts';

const WIDTH = 88;

/**
 * What to type to see a trace again: the command, and the trace as its input. Lines stay under 90 columns.
 *
 * @param lines `as in the trace`: each event on the line that it had, where it is told by its line
 */
export function reproduceLines(
  run: TraceRun,
  lines: 'events alone' | 'as in the trace' = 'events alone',
): string[] {
  const options = [
    run.linux === undefined ? `--kernel ${quote(run.kernel)}` : `--linux ${quote(run.linux)}`,
    ...Object.entries(run.set).map(([decision, value]) => `--set ${decision}=${value}`),
    `--contract ${run.contract}`,
    `--layout ${run.layout}`,
    ...Object.entries(run.bounds).map(([name, value]) => `--bound ${name}=${value}`),
    "<<'END'",
  ];
  const command = ['npx vtlb replay -'];
  for (const option of options) {
    const last = command.at(-1) as string;
    if (`${last} ${option}`.length <= WIDTH) command[command.length - 1] = `${last} ${option}`;
    else {
      command[command.length - 1] = `${last} \\`;
      command.push(`  ${option}`);
    }
  }
  const events = run.replay.steps.flatMap(({ event }, i) => [
    ...(lines === 'events alone' ? [] : blankLines(run, i)),
    formatEvent(event),
  ]);
  return [...command, ...events, 'END'];
}

/** For the lines before an event that have none. */
function blankLines({ lines }: TraceRun, i: number): string[] {
  const between = (lines[i] ?? i + 1) - (i === 0 ? 0 : (lines[i - 1] ?? i)) - 1;
  return Array.from({ length: between }, () => '');
}

/** A word for a POSIX shell. */
function quote(word: string): string {
  return /^[\w./@:+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
