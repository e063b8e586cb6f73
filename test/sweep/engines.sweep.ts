import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { vtlb, vtlbUntil } from '../run-vtlb.ts';
import { isThere, ROOT } from './programs.ts';
import { startSlurm, whyNoSlurm } from './slurm.ts';

const home = mkdtempSync(join(tmpdir(), 'vtlb-sweep-'));
afterAll(() => rmSync(home, { recursive: true }));

/** Forty small searches, of which some find something. */
const FORTY = [
  ...['--kernel', 'v5.13', 'patch-base', 'patch', 'v6.12', 'v7.3'],
  ...['--layout', 'faults', 'minimal'],
  ...['--bound', 'spaces=1', '--bound', 'cachedRoots=0,1,2,3'],
];

interface Told {
  readonly verdict: string;
  readonly answered: number;
  readonly searches: readonly Record<string, unknown>[];
}

/** What came of a plan, but for where it lies, and how long each search took. */
function tableOf(folder: string): Told & { readonly table: readonly object[] } {
  const { stdout, stderr } = vtlb(['sweep', '--collect', folder, '--json']);
  expect(stderr).toBe('');
  const told = JSON.parse(stdout) as Told;
  return { ...told, table: told.searches.map(({ command: _, seconds: __, ...rest }) => rest) };
}

const answersIn = (folder: string) => readdirSync(folder).filter((name) => /^[0-9a-f]+\.json$/.test(name));
const timesIn = (folder: string) =>
  answersIn(folder).map((name): [string, number] => [name, statSync(join(folder, name)).mtimeMs]);

const local = join(home, 'run');
const ofRun = (() => {
  vtlb(['sweep', '--out', local, ...FORTY, '--run']);
  return tableOf(local);
})();

it('--run carries out forty searches', () => {
  expect([ofRun.searches.length, ofRun.answered, ofRun.verdict]).toEqual([40, 40, 'violated']);
  const verdicts = new Set(ofRun.searches.map(({ verdict }) => verdict));
  expect([...verdicts].sort()).toEqual(['holds', 'violated']);
});

describe.skipIf(!isThere('parallel'))('GNU parallel', () => {
  const folder = join(home, 'parallel');
  const log = join(home, 'joblog');
  const start = () => {
    const { stdout } = vtlb(['sweep', '--out', folder, ...FORTY, '--list']);
    const child = spawn('parallel', ['-j', '2', '--joblog', log, '--resume'], {
      cwd: ROOT,
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin.end(stdout);
    return child;
  };
  const logged = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').length - 1 : 0);

  it('killed in the middle and resumed, it does nothing twice and comes to the same table', async () => {
    const first = start();
    const ended = once(first, 'close');
    while (logged() < 10) await setTimeout(50);
    process.kill(-(first.pid as number), 'SIGKILL');
    await ended;
    const half = tableOf(folder);
    expect(half.answered).toBeGreaterThanOrEqual(10);
    expect(half.answered).toBeLessThan(40);
    const before = timesIn(folder);
    await once(start(), 'close');
    expect(timesIn(folder)).toEqual(expect.arrayContaining(before));
    expect(logged()).toBe(40);
    expect(tableOf(folder).table).toEqual(ofRun.table);
  });
});

const why = whyNoSlurm();
describe.skipIf(why !== null)(`Slurm${why === null ? '' : ` (${why})`}`, () => {
  it('an sbatch array comes to the same table, and none of its tasks fails', async () => {
    const folder = join(home, 'slurm');
    const script = join(home, 'sweep.sbatch');
    writeFileSync(script, vtlb(['sweep', '--out', folder, ...FORTY, '--list', '--format', 'slurm']).stdout);
    const slurm = await startSlurm(mkdtempSync(join(home, 'daemons-')));
    try {
      const args = ['--wait', `--output=${join(home, 'slurm-%a.out')}`, script];
      const env = { ...process.env, ...slurm.env };
      const { status, stderr } = spawnSync('sbatch', args, { cwd: ROOT, env, encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
    } finally {
      slurm.stop();
    }
    expect(tableOf(folder).table).toEqual(ofRun.table);
  });
});

it('what a power cut ends goes on from its checkpoint', async () => {
  const folder = join(home, 'cut');
  const { stdout } = vtlb(['sweep', '--out', folder, '--layout', 'kernel', '--json']);
  const [{ command = '', answer = '' } = {}] = (JSON.parse(stdout) as Told).searches as Record<
    string,
    string
  >[];
  const words = command.split(' ').slice(2);
  const checkpoint = join(folder, answer.replace('json', 'checkpoint'));
  await vtlbUntil('SIGKILL', () => existsSync(checkpoint), [...words, '--checkpoint-every', '1']);
  expect(answersIn(folder)).toEqual([]);
  const [one, two] = [1, 1].map((seconds) => {
    expect(vtlb([...words, '--max-seconds', String(seconds)]).status).toBe(3);
    return tableOf(folder);
  });
  expect([two?.verdict, two?.searches[0]?.state]).toEqual(['incomplete', 'stopped']);
  expect(two?.searches[0]?.states).toBeGreaterThan(one?.searches[0]?.states as number);
});
