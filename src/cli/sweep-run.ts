import { spawn } from 'node:child_process';
import { once, setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { defaultLimits } from '../checker/limits.ts';
import { carryOut } from '../sweep/carry-out.ts';
import { type Line, titleOf } from '../sweep/line.ts';
import type { Plan } from '../sweep/plan.ts';
import { answerIn, besides } from './answer-file.ts';
import { EXIT } from './exit-code.ts';
import { interruptSignal } from './interrupt.ts';
import type { ProgressLine } from './progress.ts';
import { writeWhole } from './write-file.ts';

/** Exit codes with which a line has answered, as far as it came. */
const ANSWERED: readonly (number | null)[] = [EXIT.holds, EXIT.violated, EXIT.stopped];

/**
 * Carries out lines on this machine, each in a process of its own; an interrupt ends them, so that they go on later. They
 * come in any order, so that machines that share a folder seldom work on the same.
 */
export async function runLines(
  lines: readonly Line[],
  { build, means }: Plan,
  progress: ProgressLine,
): Promise<void> {
  const signal = interruptSignal();
  // One a process, and any number may run.
  setMaxListeners(0, signal);
  const running = new Set<string>();
  let done = 0;
  const show = () =>
    progress.show(`${Math.min(done, lines.length)} of ${lines.length} done; now ${[...running].join('; ')}`);
  const timer = setInterval(show, 1000).unref();
  const carry = async (line: Line, maxMemory: number): Promise<boolean> => {
    running.add(titleOf(line.search));
    show();
    await runLine(line, maxMemory, signal);
    running.delete(titleOf(line.search));
    return answerIn(line.file, build)?.result.verdict === 'stopped';
  };
  const machine = { cores: availableParallelism(), memory: defaultLimits().maxMemory };
  await carryOut(shuffled(lines), { means, machine, signal, carry, onDone: () => done++ });
  clearInterval(timer);
}

/** Runs a line; what it does not say itself of its failure is kept beside its answer. */
async function runLine({ search, words, file }: Line, maxMemory: number, signal: AbortSignal): Promise<void> {
  const main = fileURLToPath(new URL('./main.js', import.meta.url));
  const limits = search.task === 'check' ? ['--max-memory', String(maxMemory)] : [];
  const child = spawn(process.execPath, [main, ...words, ...limits], { stdio: ['ignore', 'ignore', 'pipe'] });
  const end = () => child.kill('SIGTERM');
  signal.addEventListener('abort', end);
  const said = text(child.stderr);
  const [code, by] = (await once(child, 'close')) as [number | null, string | null];
  signal.removeEventListener('abort', end);
  const failed = besides(file, 'failed');
  if (!ANSWERED.includes(code) && !signal.aborted && !existsSync(failed))
    writeWhole(failed, `${(await said).trim()} (${by ?? `exit code ${code}`})`);
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, rank: Math.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
