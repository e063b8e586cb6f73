import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FORMATS } from '../../../src/sweep/formats.ts';
import { commandOf, linesOf } from '../../../src/sweep/line.ts';
import { temporaryFolder } from '../checker/support.ts';
import { planned } from './made.ts';

const MEANS = { workers: 2, maxMemory: 3000 };
const LONG = linesOf(
  planned({ setEach: true, bounds: { frames: [1, 2], cachedRoots: [0, 1, 2, 3] } }),
  'sweep',
);
const [first, second, third] = LONG;
const few = [first, second, third].filter((line) => line !== undefined);

/** Runs a script with a stub for npx that notes its arguments and ends with codes in turn. */
function run(script: string, codes: readonly number[], env: Record<string, string> = {}) {
  const folder = temporaryFolder();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const stub = `#!/bin/bash\necho "npx $*" >> ${folder}/told\nn=$(wc -l < ${folder}/told)\ncodes=(${codes.join(' ')})\nexit \${codes[$((n - 1))]}\n`;
  writeFileSync(join(bin, 'npx'), stub);
  chmodSync(join(bin, 'npx'), 0o755);
  const { status } = spawnSync('bash', ['-e', '-c', script], {
    env: { PATH: `${bin}:${process.env.PATH}`, ...env },
  });
  return { status, told: readFileSync(join(folder, 'told'), 'utf8').trimEnd().split('\n') };
}

it('for a shell: a command a line', () => {
  expect(FORMATS.shell(few).split('\n')).toEqual(few.map(commandOf));
});

it('for sbatch: an array with a task a line, as much as each takes', () => {
  const script = FORMATS.slurm(few, MEANS);
  for (const word of ['--array=1-3', '--cpus-per-task=2', '--mem=3512M'])
    expect(script).toContain(`#SBATCH ${word}\n`);
  expect(run(script, [0], { SLURM_ARRAY_TASK_ID: '2' }).told).toEqual([commandOf(few[1] as never)]);
  expect(FORMATS.slurm(few, { workers: 1, maxMemory: null })).not.toContain('--mem');
});

it('an answer of any kind is no failure, and a line that fails keeps no other from being carried out', () => {
  const { include } = JSON.parse(FORMATS.github(LONG)) as { include: { run: string }[] };
  const ofThree = include.find(({ run: each }) => each.split('answer npx').length === 4)?.run as string;
  expect([run(ofThree, [0, 1, 3]).status, run(ofThree, [1, 2, 0]).status]).toEqual([0, 2]);
  expect(run(ofThree, [137, 0, 0]).status).toBe(2);
  expect(run(ofThree, [2, 2, 0]).told).toHaveLength(3);
});

it.each([
  ['slurm', 1000],
  ['github', 256],
] as const)('of a long plan, %s gets each line once, in at most %i tasks', (format, most) => {
  const lines =
    format === 'slurm' ? [...LONG, ...LONG.map((line) => ({ ...line, words: [...line.words, '2'] }))] : LONG;
  expect(lines.length).toBeGreaterThan(most);
  const text = FORMATS[format](lines, MEANS);
  const parts =
    format === 'slurm'
      ? text.split(/^\d+\)$/m).slice(1)
      : JSON.parse(text).include.map((each: { run: string }) => each.run);
  expect(parts).toHaveLength(most);
  const told = parts.flatMap((part: string) =>
    [...part.matchAll(/answer (npx .*)$/gm)].map(([, command]) => command),
  );
  expect(told.sort()).toEqual(lines.map(commandOf).sort());
});
