import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { vtlb } from '../../run-vtlb.ts';

describe('bad input ends with code 2, a message that says what to do, and nothing on stdout', () => {
  it.each([
    [['check', '--kernel', 'v9.9'], 'v5.12, v5.13, v5.14, patch-base, patch'],
    [['check', '--contract', 'amd'], 'sdm, kvm'],
    [['check', '--layout', 'huge'], 'minimal, kernel, shared, deep, upper, smp, stores, flood, roles'],
    [['check', '--engine', 'warp'], 'in-place, spec'],
    [['check', '--tlbs', 'none'], 'apart, whole'],
    [
      ['check', '--tlbs', 'apart', '--engine', 'spec'],
      '--engine spec keeps TLBs whole: expected no --tlbs apart',
    ],
    [['check', '--workers', '0'], 'expected a whole number from 1'],
    [['check', '--workers', 'all'], 'expected a whole number from 1'],
    [['check', '--simulate', '0'], 'expected a whole number from 1'],
    [['check', '--length', '0'], 'expected a whole number from 1'],
    [['check', '--length', '5'], '--length is for random walks: expected --simulate with it'],
    [['check', '--seed', '5'], '--seed is for random walks: expected --simulate with it'],
    [['check', '--checkpoint-every', '5'], '--checkpoint-every is for checkpoints: expected --checkpoint'],
    [['check', '--explain-row', '--simulate', '5'], '--explain-row searches nothing: expected no --simulate'],
    [
      ['check', '--explain-row', '--checkpoint', 'x'],
      '--explain-row searches nothing: expected no --checkpoint',
    ],
    [['explore', '--out', ''], '--out: expected a folder'],
    [['cost', '--svg', 'package.json/x'], 'cannot write package.json/x: ENOTDIR: not a directory'],
    [['check', '--checkpoint', 'package.json/x'], 'cannot write package.json/x: ENOTDIR: not a directory'],
    [
      ['export', 'no-such.trace', '--to', 'svg', '--out', '/proc/x'],
      'cannot write /proc/x: ENOENT: no such file or directory',
    ],
    [['explore', '--out', 'x', '--port', '80'], '--out serves nothing, so --port says nothing'],
    [['cost', '--kernel', 'v9'], 'expected one of v5.12'],
    [['help', 'chekc'], "unknown command 'chekc': expected one of review, check"],
    [['check', '--seed', '-1'], 'expected a whole number from 0'],
    [['check', '--simulate', '5', '--resume', 'x'], '--resume is for searches: random walks have none'],
    [['check', '--simulate', '5', '--checkpoint', 'x'], '--checkpoint is for searches'],
    [['check', '--simulate', '5', '--symmetry'], '--symmetry is for searches'],
    [['check', '--resume', 'no-such.file'], 'cannot resume from no-such.file: ENOENT'],
    [['check', '--resume', 'spec'], 'cannot resume from spec: it is no file'],
    [['check', '--resume', 'README.md'], 'cannot resume from README.md: it is no checkpoint'],
    [['check', '--bound', 'spaces=0'], 'bound spaces: expected a whole number from 1 to 8'],
    [['check', '--bound', 'spaces=two'], 'bound spaces: expected a whole number from 1 to 8'],
    [['check', '--bound', 'dogs=2'], "unknown bound 'dogs': expected one of spaces, pcids"],
    [['check', '--bound', 'spaces'], 'expected name=N'],
    [['check', '--bound', 'userPages=0'], 'a guest needs at least one virtual page'],
    [['check', '--set', 'pcideSet=never'], 'expected one of nothing, reload, unload, free-prev-roots'],
    [['check', '--set', 'pcide=nothing'], "unknown decision 'pcide': expected one of rootReuse"],
    [['check', '--set', 'pcideSet'], 'expected decision=value'],
    [['check', '--max-states', '0'], 'expected a whole number from 1'],
    [['check', '--max-states', '1e3'], 'expected a whole number from 1'],
    [['check', 'extra'], 'extra: expected a .ts, .mts, .js or .mjs file'],
    [['replay'], "missing required argument 'trace'"],
    [['replay', 'no-such.trace'], 'no-such.trace: cannot be read (ENOENT)'],
    [['replay', 'spec'], 'spec: cannot be read (EISDIR)'],
    [['kernels', 'pcideSet', 'v5.13'], 'expected no kernel with the decision pcideSet'],
    [['kernels', 'v5.13', 'v9'], 'expected one of v5.12'],
    [['review', '--workers', '0'], 'expected a whole number from 1'],
    [['chekc'], "unknown command 'chekc'"],
    [['check', '--nope'], "unknown option '--nope'"],
  ])('%j', (args, message) => {
    const { status, stdout, stderr } = vtlb(args);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('names the line and the column of a trace that cannot be read', () => {
    const { status, stdout, stderr } = vtlb(['replay', '-', '--json'], 'access u0\nmov-cr3 d\n');
    expect(stderr).toBe("error: standard input: line 2, column 9: expected a space (a, b), found 'd'\n");
    expect([status, stdout]).toEqual([2, '']);
  });

  it.each([
    [
      'mov-cr4 pcide=1=0',
      "column 9: expected pcide=0|1, pge=0|1, smep=0|1, each at most once, found 'pcide=1=0'",
    ],
  ])('%s is no event', (line, message) => {
    const { status, stderr } = vtlb(['replay', '-'], `${line}\n`);
    expect([status, stderr]).toEqual([2, `error: standard input: line 1, ${message}\n`]);
  });
});

describe('a trace', () => {
  const reads = (count: number) => 'access u0\n'.repeat(count);

  it.each([
    [['replay', '-'], 50_001, 'line 50001: expected at most 50000 events'],
    [['export', '-', '--to', 'svg'], 2001, 'a drawing has at most 2000 events, found 2001'],
  ])('that is too long is refused: %j', (args, count, message) => {
    const { status, stdout, stderr } = vtlb(args, reads(count));
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toBe(`error: standard input: ${message}\n`);
  });
});

describe.skipIf(!existsSync('/dev/full'))('where nothing more can be written', () => {
  it('says so, and ends with code 2', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, ['dist/src/cli/main.js', 'kernels'], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    expect([status, stderr]).toEqual([
      2,
      'error: cannot write standard output: ENOSPC: no space left on device, write\n',
    ]);
  });

  it('ends with its own code when nobody can be told why', () => {
    const full = openSync('/dev/full', 'w');
    const { status } = spawnSync(process.execPath, ['dist/src/cli/main.js', 'replay', 'no-such.trace'], {
      stdio: ['ignore', 'ignore', full],
    });
    closeSync(full);
    expect(status).toBe(2);
  });
});
