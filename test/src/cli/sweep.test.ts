import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkCommand } from '../../../src/cli/commands/check.ts';
import { proveCommand } from '../../../src/cli/commands/prove.ts';
import { sweepCommand } from '../../../src/cli/commands/sweep.ts';
import { type Ran, vtlb, vtlbUntil } from '../../run-vtlb.ts';
import { temporaryFolder } from '../checker/support.ts';

const SMALL = ['--layout', 'faults', '--bound', 'cachedRoots=0,1,2'];

interface Told {
  readonly verdict: string;
  readonly searches: readonly {
    readonly answer: string;
    readonly command: string;
    readonly state: string;
    readonly why: string | null;
    readonly states: number;
  }[];
}

const sweep = (...args: string[]) => vtlb(['sweep', ...args]);
const told = ({ stdout }: Ran) => JSON.parse(stdout) as Told;

/** The words of the only line of a plan, and the file of its answer. */
function planned(folder: string, ...args: string[]): { words: string[]; file: string } {
  const { stdout } = sweep('--out', folder, '--list', ...args);
  const words = stdout.trim().split(' ').slice(2);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  return { words, file: words.at(-1) as string };
}

describe('vtlb sweep', () => {
  it('carries out what is not there, which gives the same as its lines one by one', () => {
    const folder = join(temporaryFolder(), 'in', 'it');
    const lines = sweep('--out', folder, ...SMALL, '--list')
      .stdout.trim()
      .split('\n')
      .map((line) => line.split(' ').slice(2));
    expect(lines).toHaveLength(3);
    const [first = []] = lines;
    const file = first.at(-1) as string;
    expect(vtlb(first).stdout).toContain('HOLDS');
    const before = statSync(file);
    const forged = lines[1]?.at(-1) as string;
    writeFileSync(forged, readFileSync(file));

    const collected = sweep('--collect', folder, '--json');
    expect([collected.status, told(collected).verdict]).toEqual([2, 'incomplete']);
    expect(told(collected).searches.map(({ state }) => state)).toEqual(['answered', 'refused', 'missing']);
    expect(collected.stderr).toContain(`error: ${forged}: it is of another search`);

    const ran = sweep('--out', folder, ...SMALL, '--run', '--json');
    expect([ran.status, ran.stderr, told(ran).verdict]).toEqual([0, '', 'holds']);
    expect(told(ran).searches.every(({ states }) => states > 0)).toBe(true);
    expect([statSync(file).ino, statSync(file).mtimeMs]).toEqual([before.ino, before.mtimeMs]);
    expect(readdirSync(folder)).toHaveLength(4);
    expect(sweep('--collect', folder, '--json')).toEqual({ ...ran, stdout: ran.stdout });
  });

  it('writes an answer as check --json prints it, and gives it again', () => {
    const { words, file } = planned(temporaryFolder(), '--kernel', 'v5.13', '--layout', 'minimal');
    const first = vtlb([...words, '--json']);
    expect([first.status, JSON.parse(first.stdout).verdict]).toEqual([1, 'violated']);
    expect(JSON.parse(readFileSync(file, 'utf8')).result).toEqual(JSON.parse(first.stdout));
    expect(vtlb([...words, '--json'])).toEqual(first);
    expect(vtlb(words)).toEqual({ status: 1, stdout: `${file} is there: violated\n`, stderr: '' });
  });

  it('goes on with what was stopped, from where it was', () => {
    const folder = temporaryFolder();
    const { words, file } = planned(folder, '--layout', 'faults');
    const checkpoint = file.replace('json', 'checkpoint');
    const { status, stderr } = vtlb([...words, '--max-states', '100']);
    expect([status, stderr]).toEqual([3, `written to ${checkpoint}; the same command goes on from there\n`]);
    const stopped = told(sweep('--collect', folder, '--json'));
    expect([stopped.verdict, stopped.searches[0]?.state]).toEqual(['incomplete', 'stopped']);
    const kept = readFileSync(checkpoint);

    writeFileSync(checkpoint, 'junk');
    expect(vtlb(words).status).toBe(2);
    const { verdict, searches } = told(sweep('--collect', folder, '--json'));
    expect([verdict, searches[0]?.state]).toEqual(['incomplete', 'stopped']);
    rmSync(file);
    const failed = told(sweep('--collect', folder, '--json')).searches[0];
    expect([failed?.state, failed?.why]).toEqual([
      'failed',
      `cannot resume from ${checkpoint}: it is no checkpoint`,
    ]);

    writeFileSync(checkpoint, kept);
    const {
      seconds: _,
      peakBytes: __,
      searchBytes: ___,
      ...rest
    } = JSON.parse(vtlb([...words, '--json']).stdout);
    expect(JSON.parse(vtlb(['check', '--layout', 'faults', '--json']).stdout)).toMatchObject(rest);
    expect(readdirSync(folder).sort()).toEqual([basename(file), 'plan.json']);
  });

  // What is told to end before it listens is killed: then it is told later.
  let patience = 15;
  it('ends its searches at an interrupt, with what they found, and says what is missing', {
    retry: 3,
  }, async () => {
    patience *= 4;
    let looks = 0;
    const folder = temporaryFolder();
    const oneAtATime = ['--workers', String(availableParallelism())];
    const args = ['--out', folder, '--layout', 'kernel', 'smp', ...oneAtATime];
    const { status, stdout, stderr } = await vtlbUntil(
      'SIGINT',
      () => existsSync(join(folder, 'plan.json')) && ++looks > patience,
      ['sweep', ...args, '--run', '--json'],
    );
    expect([status, stderr, JSON.parse(stdout).verdict]).toEqual([3, '', 'incomplete']);
    const states = (JSON.parse(stdout) as Told).searches.map(({ state }) => state);
    expect(states).toContain('stopped');
    expect(states).toContain('missing');
    expect(readdirSync(folder).filter((name) => name.endsWith('.checkpoint')).length).toBe(
      states.filter((state) => state === 'stopped').length,
    );
  });

  it('has the answer of a proof as prove --json prints it', () => {
    const folder = temporaryFolder();
    const solver = join(folder, 'z3');
    const script = `#!/bin/sh\nif [ "$1" = --version ]; then echo 'z3 0.0.1'; else sed -n 's/^(check-sat)/unsat/p'; fi\n`;
    writeFileSync(solver, script);
    chmodSync(solver, 0o755);
    const args = ['--out', folder, '--kernel', 'naive', '--layout', 'faults', '--prove', '--json'];
    const line = told(sweep(...args)).searches[1]?.command as string;
    const { status, stdout } = vtlb([...line.split(' ').slice(2), '--solver', solver, '--json']);
    expect([status, JSON.parse(stdout).verdict]).toEqual([0, 'proved']);
    expect(told(sweep('--collect', folder, '--json')).searches.map(({ state }) => state)).toEqual([
      'missing',
      'answered',
    ]);
  });

  it('knows a kernel file by what it defines', () => {
    const folder = temporaryFolder();
    const kernel = join(folder, 'mine.mjs');
    const define = (value: string) =>
      writeFileSync(
        kernel,
        `import { defineKernel } from '${new URL('../../../dist/spec/index.js', import.meta.url).pathname}';\nexport default defineKernel({ base: 'v6.12', pgeToggle: '${value}' });\n`,
      );
    define('reset');
    const { words, file } = planned(folder, '--kernel', kernel, '--layout', 'upper', '--bound', 'spaces=1');
    define('nothing');
    const { status, stderr } = vtlb(words);
    expect([status, existsSync(file)]).toEqual([2, false]);
    expect(stderr).toContain('it is for another search, or of another build of vtlb');
    const again = planned(folder, '--kernel', kernel, '--layout', 'upper', '--bound', 'spaces=1');
    expect(vtlb(again.words).status).toBe(1);
    expect(told(sweep('--collect', folder, '--json')).verdict).toBe('violated');
  });
});

const MAKE = { sweep: sweepCommand, check: checkCommand, prove: proveCommand };

describe('bad input is refused', () => {
  it.each([
    ['sweep --list --run', '--list: expected no --run'],
    ['sweep --run --collect x', '--run: expected no --collect'],
    ['sweep --collect x --layout minimal', '--collect: expected no --layout, for the plan is in the folder'],
    ['sweep --format slurm', 'no --list: expected no --format'],
    ['sweep --markdown', 'neither --run nor --collect: expected no --markdown'],
    ['sweep --collect x --markdown --json', '--markdown: expected no --json'],
    ['sweep --collect no-such', 'no-such/plan.json: cannot be read (it is not there)'],
    ['sweep --bound spaces=1,9', 'bound spaces: expected a whole number from 1 to 8'],
    ['sweep --bound spaces=1,', 'bound spaces: expected a whole number from 1 to 8'],
    ['sweep --bound dogs=1', "unknown bound 'dogs'"],
    ['sweep --bound spaces', 'expected name=N,N'],
    ['sweep --layout minimal --bound userPages=0', 'a guest needs at least one virtual page'],
    ['sweep --kernel v9', 'expected one of v5.12'],
    ['sweep --linux spec --set-each', 'expected --kernel besides --linux'],
    ['sweep --out package.json/x', 'cannot write package.json/x/plan.json: ENOTDIR'],
    ['check --answer x.json', '--answer x.json: expected '],
    [
      'check --answer x.json --symmetry',
      '--answer is for a search as sweeps have it: expected no --symmetry',
    ],
    ['check --answer x.json --explain-row', '--explain-row searches nothing: expected no --answer'],
    ['prove --answer x.json --smtlib x', '--smtlib asks no solver: expected no --answer'],
  ])('%s', async (line, message) => {
    const [name = '', ...args] = line.split(' ');
    const command = MAKE[name as keyof typeof MAKE](() => {})
      .exitOverride()
      .configureOutput({ writeErr: () => {} });
    await expect(command.parseAsync(args, { from: 'user' })).rejects.toThrow(message);
  });
});
