import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Ran, vtlb, vtlbUntil } from '../../run-vtlb.ts';
import { temporaryFolder } from '../checker/support.ts';

/** What a search was written as when a limit of states stopped it. */
const STOPPED = (() => {
  const folder = mkdtempSync(join(tmpdir(), 'vtlb-checkpoint-'));
  const file = join(folder, 'a.checkpoint');
  vtlb(['check', '--max-states', '200', '--checkpoint', file]);
  const written = readFileSync(file);
  rmSync(folder, { recursive: true });
  return written;
})();

/** A file with it. */
function stopped(): string {
  const file = join(temporaryFolder(), 'a.checkpoint');
  writeFileSync(file, STOPPED);
  return file;
}

/** Bounds at which a search is over soon. */
const SMALL = ['--bound', 'cachedRoots=1'];

/** Expects bad input, which is said and nothing else. */
function expectRefusal({ status, stdout, stderr }: Ran, message: string): void {
  expect(stderr).toContain(message);
  expect(stderr).toMatch(/^error: .*\n$/);
  expect([status, stdout]).toEqual([2, '']);
}

describe('vtlb check --checkpoint and --resume', () => {
  it.each([[SMALL], [['--symmetry', ...SMALL]]])('ends as a search that was never stopped: %j', (args) => {
    const file = join(temporaryFolder(), 'a.checkpoint');
    const first = vtlb(['check', '--max-states', '500', '--checkpoint', file, ...args]);
    expect(first.status).toBe(3);
    expect(first.stdout).toContain('STOPPED by the limit on states');
    expect(first.stderr).toBe(`written to ${file}; go on with --resume ${file}\n`);
    const second = vtlb(['check', '--resume', file, ...args]);
    expect([second.status, second.stderr]).toEqual([0, '']);
    expect(second.stdout).toBe(vtlb(['check', ...args]).stdout);
  });

  it('finds the violation that is ahead', () => {
    const file = join(temporaryFolder(), 'a.checkpoint');
    const args = ['check', '--kernel', 'v5.13'];
    expect(vtlb([...args, '--max-states', '300', '--checkpoint', file]).status).toBe(1);
    const second = vtlb([...args, '--resume', file]);
    expect(second.status).toBe(1);
    expect(second.stdout).toBe(vtlb(args).stdout);
  });

  it('writes no file when the search ends by itself', () => {
    const folder = temporaryFolder();
    const { status, stderr } = vtlb(['check', '--kernel', 'naive', '--checkpoint', join(folder, 'a')]);
    expect([status, stderr, readdirSync(folder)]).toEqual([0, '', []]);
  });

  it('writes at SIGTERM, and goes on from there', async () => {
    const file = join(temporaryFolder(), 'a.checkpoint');
    const args = ['check', '--layout', 'kernel', '--json'];
    const often = ['--checkpoint', file, '--checkpoint-every', '1'];
    const first = await vtlbUntil('SIGTERM', () => existsSync(file), [...args, ...often]);
    const before = JSON.parse(first.stdout);
    expect([first.status, before.verdict]).toEqual([3, 'stopped']);
    expect(first.stderr).toBe(`written to ${file}; go on with --resume ${file}\n`);
    const second = vtlb([...args, '--resume', file, '--max-seconds', '1']);
    const after = JSON.parse(second.stdout);
    expect([second.status, after.verdict]).toEqual([3, 'stopped']);
    expect(after.states).toBeGreaterThan(before.states);
    expect(after.transitions).toBeGreaterThan(before.transitions);
  });

  it('writes while it searches, so that a kill costs what came after', async () => {
    const file = join(temporaryFolder(), 'a.checkpoint');
    const args = ['check', '--layout', 'kernel', '--json'];
    const often = ['--checkpoint', file, '--checkpoint-every', '1'];
    await vtlbUntil('SIGKILL', () => existsSync(file), [...args, ...often]);
    const { status, stdout } = vtlb([...args, '--resume', file, '--max-seconds', '1']);
    const { verdict, states, transitions } = JSON.parse(stdout);
    expect([status, verdict]).toEqual([3, 'stopped']);
    expect(transitions).toBeGreaterThan(states);
  });

  it('refuses a file of another build of vtlb', () => {
    const file = stopped();
    const whole = readFileSync(file);
    const at = whole.indexOf('"build":"') + '"build":"'.length;
    whole[at] = whole[at] === 0x30 ? 0x31 : 0x30;
    createHash('sha256')
      .update(whole.subarray(0, -32))
      .digest()
      .copy(whole, whole.length - 32);
    writeFileSync(file, whole);
    expectRefusal(
      vtlb(['check', '--resume', file]),
      `cannot resume from ${file}: it is of another build of vtlb`,
    );
  });

  it('refuses a file that is cut off', () => {
    const file = stopped();
    const whole = readFileSync(file);
    writeFileSync(file, whole.subarray(0, whole.length / 2));
    expectRefusal(vtlb(['check', '--resume', file]), `cannot resume from ${file}: it is cut off after`);
  });

  it('refuses a file with a byte changed', () => {
    const file = stopped();
    const changed = readFileSync(file);
    changed[changed.length - 100] = 1 + (changed[changed.length - 100] as number);
    writeFileSync(file, changed);
    expectRefusal(vtlb(['check', '--resume', file, '--json']), `${file}: its checksum is wrong`);
  });

  it.each([
    [['--kernel', 'patch'], 'it is of another model'],
    [['--set', 'pcideSet=nothing'], 'it is of another model'],
    [['--contract', 'sdm'], 'it is of another model'],
    [['--bound', 'spaces=3'], 'it is of another model'],
    [['--symmetry'], 'it is of a search without symmetry'],
  ])('refuses a file of another search: %j', (args, why) => {
    const file = stopped();
    expectRefusal(vtlb(['check', '--resume', file, ...args]), `cannot resume from ${file}: ${why}`);
  });

  it('refuses a file that is none of its own, and one that is not there', () => {
    const file = join(temporaryFolder(), 'a.trace');
    writeFileSync(file, 'access u0\n');
    expectRefusal(vtlb(['check', '--resume', file]), `cannot resume from ${file}: it is no checkpoint`);
    expectRefusal(vtlb(['check', '--resume', `${file}.none`]), `cannot resume from ${file}.none: ENOENT`);
  });

  it('says when a file cannot be written', () => {
    const file = join(temporaryFolder(), 'none', 'a.checkpoint');
    expectRefusal(vtlb(['check', '--max-states', '100', '--checkpoint', file]), 'ENOENT');
  });
});

describe('where a checkpoint cannot be written', () => {
  it.each([
    ['no-such-folder/a', 'cannot write no-such-folder/a: ENOENT: no such file or directory'],
    ['spec', 'cannot write spec: it is no regular file'],
    ['/dev/null', 'cannot write /dev/null: it is no regular file'],
  ])('says so before it searches: %s', (file, message) => {
    const ran = vtlb(['check', '--layout', 'deep', '--max-seconds', '600', '--checkpoint', file]);
    expectRefusal(ran, message);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('prints what was found all the same', () => {
    const folder = temporaryFolder();
    const script = 'ulimit -f 8; exec "$0" dist/src/cli/main.js check --max-states 5000 --checkpoint "$1"';
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['-c', script, process.execPath, join(folder, 'a.checkpoint')],
      { encoding: 'utf8' },
    );
    expect(stdout).toMatch(/explored: \d+ bookkeeping states/);
    expect(stderr).toMatch(/^error: cannot write .*a\.checkpoint: EFBIG: file too large\n$/);
    expect([status, readdirSync(folder)]).toEqual([2, []]);
  });

  it.each([true, false])('writes what a link leads to, there (%s) or not', (isThere) => {
    const folder = temporaryFolder();
    const file = join(folder, 'a.checkpoint');
    if (isThere) writeFileSync(file, 'old');
    symlinkSync('a.checkpoint', join(folder, 'link'));
    const ran = vtlb(['check', '--max-states', '100', '--checkpoint', join(folder, 'link')]);
    expect([ran.status, readdirSync(folder).sort()]).toEqual([3, ['a.checkpoint', 'link']]);
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
    expect(vtlb(['check', '--resume', file, '--max-states', '200']).status).toBe(3);
  });
});
