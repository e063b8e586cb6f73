import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { vtlb } from '../../run-vtlb.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const FOLDER = mkdtempSync(join(tmpdir(), 'vtlb-kvm-test-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

const HAS_GCC =
  spawnSync('gcc', ['-static', '-x', 'c', '-', '-o', '/dev/null'], {
    input: '#include <linux/kvm.h>\n#include <stdio.h>\nint main(void) { return puts(""); }',
  }).status === 0;

const IMAGE = join(FOLDER, 'bzImage');
writeFileSync(IMAGE, 'a kernel');
mkdirSync(join(FOLDER, 'bin'));

const TRACE = 'access u0\n\nwrite-pte a:u0 none\npage-fault u0\nwrite-pte a:u0 f2\naccess u0\n';

/** Runs `vtlb kvm` with an emulator that says this in place of booting anything. */
function onKvm(report: string, args: readonly string[] = [], trace = TRACE) {
  const program = join(FOLDER, 'bin', 'qemu-system-x86_64');
  const said = join(FOLDER, 'said');
  writeFileSync(said, report);
  writeFileSync(
    program,
    `#!/bin/sh\nfor last; do case "$last" in file:*/report) cat '${said}' > "\${last#file:}";; esac; done\n`,
  );
  chmodSync(program, 0o755);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['dist/src/cli/main.js', 'kvm', '-', '--layout', 'faults', '--kernel-image', IMAGE, ...args],
    {
      cwd: ROOT,
      input: trace,
      encoding: 'utf8',
      env: {
        ...process.env,
        COLUMNS: '1000',
        PATH: `${join(FOLDER, 'bin')}:${process.env.PATH}`,
        XDG_CACHE_HOME: join(FOLDER, 'cache'),
      },
    },
  );
  return { status, stdout, stderr };
}

const booted = (words: string, { npt = 'N', release = '6.12.1', how = 'done' } = {}) =>
  `kernel ${release} #1 SMP\n/sys/module/kvm_amd/parameters/npt: ${npt}\npass 0\n` +
  `stream 0 ${how} ${words.split(' ').length - 1}${how === 'done' ? '' : ' exit reason 17'}\n${words}\n` +
  'pass 0 is over\nend of the plan\n';

describe.skipIf(!HAS_GCC)('vtlb kvm, with an emulator that says what it is told to', () => {
  it('agrees where every event came to what the record allows', () => {
    const { status, stdout } = onKvm(booted('1 0 80000002 0 1 '), ['--json']);
    const { steps, ...rest } = JSON.parse(stdout);
    expect(rest).toEqual({
      linux: '6.12.1',
      emulator: 'qemu',
      kernel: 'v6.12',
      set: {},
      layout: 'faults',
      stopped: null,
      verdict: 'agrees',
    });
    expect(steps.at(-1)).toEqual({
      line: 6,
      event: 'access u0',
      may: ['f1'],
      read: 'f1',
      bySdm: ['f2'],
      differs: false,
    });
    expect(status).toBe(0);
  });

  it('differs where one did not, and says which', () => {
    const { status, stdout } = onKvm(booted('1 0 80000002 0 2 '));
    expect(stdout).toContain('Linux 6.12.1 under qemu, beside kernel v6.12\nDIFFERS');
    expect(stdout).toMatch(/^!= +5 +access u0 +f1 +f2/m);
    expect(status).toBe(1);
  });

  it('takes the record of the kernel that came up, or the one that is named', () => {
    const on = (release: string, ...args: string[]) =>
      JSON.parse(onKvm(booted('1 0 80000002 0 1 ', { release }), ['--json', ...args]).stdout).kernel;
    expect(on('6.6.9-custom')).toBe('v6.6 (the record of v6.4)');
    expect(on('6.6.9-custom', '--kernel', 'v7.3')).toBe('v7.3');
    const unknown = onKvm(booted('1 0 80000002 0 1 ', { release: '8.0.1' }));
    expect([unknown.status, unknown.stderr]).toEqual([
      2,
      'error: Linux 8.0.1 has no record: expected --kernel with the one that describes it\n',
    ]);
  });

  it.each([
    [
      'KVM does not shadow',
      booted('1 0 80000002 0 1 ', { npt: 'Y' }),
      'kvm-amd has npt=Y, and N was asked for',
    ],
    ['KVM is not there', booted('1 0 80000002 0 1 ', { npt: 'absent' }), 'npt=absent'],
    ['the emulator dies', 'kernel 6.12.1 #1\n', 'the emulator ended. The last that was said'],
    [
      'the rig fails',
      booted('1 ').replace('stream', 'failed KVM_RUN: Bad address\nstream'),
      'failed KVM_RUN',
    ],
  ])('is stopped where %s', (_, report, why) => {
    const { status, stdout, stderr } = onKvm(report);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toContain(why);
  });

  it('is stopped where the guest does not come to its end', () => {
    const { status, stdout } = onKvm(booted('1 0 ', { how: 'stopped' }));
    expect(stdout).toContain('STOPPED  KVM did not come to the end of the trace');
    expect(stdout).toMatch(/^ +3 +page-fault u0 +#PF P=0 +not run$/m);
    expect(stdout).toContain('The guest stopped: exit reason 17.');
    expect(status).toBe(3);
  });
});

describe('vtlb kvm, bad input', () => {
  it.each([
    [['--kernel-image', 'no-such-image'], '--kernel-image no-such-image: expected a file'],
    [['--kernel-image', IMAGE, '--modules', IMAGE], `--modules ${IMAGE}: expected a folder`],
    [['--modules', FOLDER], `--modules ${FOLDER}: expected --kernel-image with it`],
    [['--bound', 'cachedRoots=1'], 'bound cachedRoots=1: Linux has 3'],
    [['--layout', 'window'], 'layout window: a read of one of its pages finds a page table'],
  ])('%j', (args, message) => {
    const { status, stdout, stderr } = vtlb(['kvm', '-', ...args], 'access u0\n');
    expect(stderr).toContain(message);
    expect([status, stdout]).toEqual([2, '']);
  });

  it.each([
    ['access u0\n\ninvpcid all\n', "standard input: line 3: 'invpcid all' cannot be had of a running KVM"],
    ['# nothing\n', 'expected at least one event'],
  ])('%j', (trace, message) => {
    const { status, stderr } = vtlb(['kvm', '-'], trace);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });

  it('names what is missing, and the line that gets it', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['dist/src/cli/main.js', 'kvm', 'same-cr3-flush'],
      {
        cwd: ROOT,
        encoding: 'utf8',
        env: { ...process.env, PATH: '/nowhere' },
      },
    );
    expect(stderr).toBe('error: no qemu-system-x86_64. On Debian: apt-get install qemu-system-x86\n');
    expect(status).toBe(2);
  });
});
