import { chmodSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SAFETY } from '../../../spec/properties/vtlb-within-guest-tlb.ts';
import { vtlb } from '../../run-vtlb.ts';
import { BUILT_SPEC, kernelFiles } from './kernel-files.ts';

const MANUAL = 'proofs-notes/manual';
const { file } = kernelFiles();
const FOLDER = mkdtempSync(join(tmpdir(), 'vtlb-prove-'));

/** A program that says the same to every question: what there is to say of an answer, without the work of finding it. */
function saying(answer: string): string {
  const solver = join(FOLDER, `z3-${answer.replaceAll(/\W/g, '-')}`);
  writeFileSync(
    solver,
    `#!/bin/sh\nif [ "$1" = --version ]; then echo 'z3 0.0.1'; else sed -n "s/^(check-sat)/${answer}/p"; fi\n`,
  );
  chmodSync(solver, 0o755);
  return solver;
}

const prove = (...args: string[]) => vtlb(['prove', ...args]);

describe('vtlb prove', () => {
  it('says the same as data, with the keys that the manual names', () => {
    const { status, stdout } = prove('--kernel', 'naive', '--solver', saying('unsat'), '--json');
    const found = JSON.parse(stdout);
    expect([status, found.verdict, found.open, found.trace]).toEqual([0, 'proved', [], null]);
    expect(found.levels).toEqual([
      { levels: 2, proved: true },
      { levels: 3, proved: true },
    ]);
    const [, keys = ''] = /`prove` has ([^.]*)\./.exec(readFileSync(`${MANUAL}/output.md`, 'utf8')) ?? [];
    expect(Object.keys(found)).toEqual([...keys.matchAll(/\w+/g)].map(([key]) => key));
    expect(found.events).toContain('write-dir');
  });

  it('proves nothing of tables that it was not asked about, or that it did not come to', () => {
    const asked = (...args: string[]) => JSON.parse(prove(...args, '--json').stdout).levels;
    const [yes, no] = [saying('unsat'), saying('unknown')];
    expect(asked('--kernel', 'naive', '--solver', yes, '--levels', '3')).toEqual([
      { levels: 3, proved: true },
    ]);
    expect(asked('--kernel', 'naive', '--solver', no)).toEqual([{ levels: 2, proved: false }]);
    const two = prove('--solver', yes, '--levels', '2');
    expect([two.status, two.stdout]).toEqual([
      0,
      expect.stringMatching(/^kernel v6.12, contract kvm, tables of two levels\n/),
    ]);
    expect(two.stdout).not.toContain('three levels');
    const refused = prove('--levels', '4');
    expect([refused.status, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain("'4' is invalid");
    const answered = prove('--levels', '2', '--answer', join(FOLDER, 'answer.json'));
    expect([answered.status, answered.stdout]).toEqual([2, '']);
    expect(answered.stderr).toContain('expected no --levels');
  });

  it('is broken or open by what only tables of three levels come to', () => {
    const set = ['--set', 'linkUnsyncChildren=nothing'];
    const two = prove(...set, '--levels', '2', '--solver', saying('unsat'));
    expect(two.status).toBe(3);
    expect(two.stdout).toContain('not modelled  asks linkUnsyncChildren, which was changed: a third level');
    const { status, stdout } = prove(...set, '--levels', '3', '--solver', saying('unknown'));
    expect([status, stdout.split('\n')[1]]).toEqual([1, expect.stringMatching(/^BROKEN .* on layout upper/)]);
  });

  it('says what it covers, what it leaves out, and what it rests on', () => {
    const { status, stdout } = prove('--solver', saying('unsat'));
    expect(status).toBe(0);
    for (const text of [
      'PROVED  vtlb-within-guest-tlb, for any number of vCPUs',
      'z3 0.0.1',
      'rests on',
      'loosened',
    ])
      expect(stdout).toContain(text);
    expect(stdout).not.toMatch(/verified/i);
  });

  it('is broken by a trace alone, which replays', () => {
    const set = ['--set', 'pcidlessInvalidation=return-first'];
    const { status, stdout } = prove(...set, '--solver', saying('unknown'), '--json');
    const { verdict, trace, open } = JSON.parse(stdout);
    expect([status, verdict]).toEqual([1, 'broken']);
    expect(open.length).toBeGreaterThan(0);
    const replayed = vtlb(['replay', '-', ...set, '--json'], trace.join('\n'));
    expect(JSON.parse(replayed.stdout).verdict).toBe('stale');
  });

  it('is open where a solver does not say, and no trace is found', () => {
    const { status, stdout } = prove('--kernel', 'naive', '--solver', saying('unknown'), '--json');
    const { verdict, trace, open } = JSON.parse(stdout);
    expect([status, verdict, trace]).toEqual([3, 'open', null]);
    expect(open).toContainEqual({ event: 'start', clause: SAFETY, reason: 'unknown' });
  });

  it('is open for an event whose reducer is the kernel file its own', () => {
    const path = file(
      'reducer.mjs',
      `import { defineKernel, invlpg } from '${BUILT_SPEC}';
      export default defineKernel({ base: 'naive', reducers: { invlpg: { ...invlpg } } });\n`,
    );
    const { status, stdout } = prove('--kernel', path, '--solver', saying('unsat'), '--json');
    const { verdict, open, events } = JSON.parse(stdout);
    expect([status, verdict]).toEqual([3, 'open']);
    expect(open).toEqual([{ event: 'invlpg', clause: null, reason: 'has a reducer of its own' }]);
    expect(events).not.toContain('invlpg');
  });

  it('is broken where a file has a function of its own with which a trace breaks safety', () => {
    const { status, stdout } = prove(
      '--kernel',
      'test/examples/leave-prev-roots.ts',
      '--solver',
      saying('unsat'),
    );
    expect([status, stdout.split('\n')[1]]).toEqual([1, 'BROKEN  vtlb-within-guest-tlb, on layout minimal']);
  });

  it('is open where what was changed is asked by no event that it knows', () => {
    const { status, stdout } = prove(
      '--kernel',
      'naive',
      '--set',
      'newVpid=nothing',
      '--levels',
      '2',
      '--solver',
      saying('unsat'),
    );
    expect(status).toBe(3);
    expect(stdout).toContain('not modelled  asks newVpid, which was changed: nested guests');
  });

  it('refuses a solver that is not there, or that says something else', () => {
    const missing = prove('--solver', join(FOLDER, 'nobody'));
    expect([missing.status, missing.stdout]).toEqual([2, '']);
    expect(missing.stderr).toContain('nobody');
    const garbled = prove('--solver', saying('perhaps'));
    expect([garbled.status, garbled.stdout]).toEqual([2, '']);
    expect(garbled.stderr).toContain("it said 'perhaps");
    const silent = join(FOLDER, 'silent');
    writeFileSync(silent, '#!/bin/sh\n');
    chmodSync(silent, 0o755);
    const mute = prove('--solver', silent);
    expect(mute.status).toBe(2);
    expect(mute.stderr).toContain('expected one that says its version');
  });

  it('stops at a limit on time', () => {
    const { status, stdout, stderr } = prove('--max-seconds', '1');
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toContain('stopped (time) before anything was proved');
  });

  it('writes what a solver would be asked', () => {
    const folder = join(FOLDER, 'scripts');
    const { status, stdout } = prove('--smtlib', folder);
    expect(status).toBe(3);
    const files = readdirSync(folder);
    expect(stdout).toContain(`${files.length} scripts in ${folder}`);
    expect(files.filter((file) => file.startsWith('3-')).length).toBeGreaterThan(40);
    const script = readFileSync(join(folder, '2-levels-00-start.smt2'), 'utf8');
    expect(script.match(/\(check-sat\)/g)?.length).toBeGreaterThan(20);
    const again = prove('--smtlib', join(FOLDER, 'again'), '--levels', '3');
    expect(again.status).toBe(3);
    const rewritten = readdirSync(join(FOLDER, 'again'));
    expect(rewritten).toEqual(files.filter((file) => file.startsWith('3-')));
    for (const file of rewritten)
      expect(readFileSync(join(FOLDER, 'again', file), 'utf8')).toBe(
        readFileSync(join(folder, file), 'utf8'),
      );
    const refused = prove('--smtlib', join(folder, '2-levels-00-start.smt2', 'below'));
    expect([refused.status, refused.stdout]).toEqual([2, '']);
  });
});
