import { formatEvent } from '../trace/print.ts';
import type { TraceRun } from './trace-run.ts';

const WIDTH = 88;

/** What to type to see a trace again: the command, and the trace as its input. Lines stay under 90 columns. */
export function reproduceLines(run: TraceRun): string[] {
  const options = [
    run.linux === undefined ? `--kernel ${quote(run.kernel)}` : `--linux ${quote(run.linux)}`,
    ...Object.entries(run.set).map(([decision, value]) => `--set ${decision}=${value}`),
    `--contract ${run.contract}`,
    `--layout ${run.layout}`,
    ...Object.entries(run.bounds).map(([name, value]) => `--bound ${name}=${value}`),
    "<<'END'",
  ];
  const lines = ['npx vtlb replay -'];
  for (const option of options) {
    const last = lines.at(-1) as string;
    if (`${last} ${option}`.length <= WIDTH) lines[lines.length - 1] = `${last} ${option}`;
    else {
      lines[lines.length - 1] = `${last} \\`;
      lines.push(`  ${option}`);
    }
  }
  return [...lines, ...run.replay.steps.map(({ event }) => formatEvent(event)), 'END'];
}

/** A word for a POSIX shell. */
function quote(word: string): string {
  return /^[\w./@:+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
