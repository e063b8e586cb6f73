import { commandOf, type Line, titleOf } from './line.ts';
import type { Means } from './plan.ts';

/** Array tasks of a job in Slurm, unless it is configured otherwise, and jobs of a matrix in GitHub Actions. */
const MOST_TASKS = { slurm: 1000, github: 256 } as const;

/** What memory a process takes besides that of its search, in MiB. */
const BESIDES = 512;

/** That a search finds something, or comes to a limit, is an answer, and no failure of who carries it out. */
const ANSWER = ['failed=0', 'answer() { "$@" || case $? in 1 | 3) ;; *) failed=2 ;; esac; }'];

/** The forms in which a plan goes to an engine that carries it out. */
export const FORMATS = { shell, slurm, github } as const;

/** What `--format` takes. */
export type FormatName = keyof typeof FORMATS;

/** A command a line. */
function shell(lines: readonly Line[]): string {
  return lines.map(commandOf).join('\n');
}

/** A script for sbatch: an array with a task a line, or several of a long plan. */
function slurm(lines: readonly Line[], { workers, maxMemory }: Means): string {
  const tasks = dealt(lines, MOST_TASKS.slurm);
  return [
    '#!/bin/bash',
    '#SBATCH --job-name=vtlb-sweep',
    `#SBATCH --array=1-${tasks.length}`,
    `#SBATCH --cpus-per-task=${workers}`,
    ...(maxMemory === null ? [] : [`#SBATCH --mem=${maxMemory + BESIDES}M`]),
    '#SBATCH --requeue',
    ...ANSWER,
    'case $SLURM_ARRAY_TASK_ID in',
    ...tasks.flatMap((hand, i) => [
      `${i + 1})`,
      ...hand.map((line) => `  answer ${commandOf(line)}`),
      '  ;;',
    ]),
    'esac',
    'exit $failed',
  ].join('\n');
}

/** A matrix for GitHub Actions: what each job is called, and what it runs. */
function github(lines: readonly Line[]): string {
  const include = dealt(lines, MOST_TASKS.github).map((hand) => ({
    name: hand.map(({ search }) => titleOf(search)).join('; '),
    run: [...ANSWER, ...hand.map((line) => `answer ${commandOf(line)}`), 'exit $failed'].join('\n'),
  }));
  return JSON.stringify({ include });
}

/** Deals lines out into at most so many hands. */
function dealt(lines: readonly Line[], most: number): Line[][] {
  const hands = Math.min(most, lines.length);
  return Array.from({ length: hands }, (_, hand) => lines.filter((__, i) => i % hands === hand));
}
