// SPDX-License-Identifier: GPL-2.0
import { describe, expect, test } from 'vitest';
import { vtlb } from '../run-vtlb.ts';
import { kernelTestOn } from './support/kernel-test.ts';
import { type Patch, patchedTree } from './support/patched-tree.ts';

const on73 = kernelTestOn('7.3');

/** The unload on PCIDE 0->1 is gone. */
const KEEPS_ROOTS: Patch = {
  file: 'regs.c',
  find: /(void kvm_post_set_cr4[\s\S]*?)kvm_mmu_unload\(vcpu\);/,
  replace: '$1;',
};

/** The processor's fault on a NOFLUSH MOV CR3 without PCIDs is gone. */
const NO_FAULT: Patch = {
  file: 'regs.c',
  find: /(\nint kvm_set_cr3\([^{]*\{\n)/,
  replace: '$1\tcr3 &= ~X86_CR3_PCID_NOFLUSH;\n',
};

const STALE = ['access u0', 'write-pte a:u0 f2', 'write-pte b:u0 f2', 'mov-cr3 b', 'mov-cr4 pcide=1'];

function run(command: string, trace: readonly string[], ...args: readonly string[]) {
  return vtlb([command, '-', ...args], `${trace.join('\n')}\n`);
}

describe("a trace on a tree's own code", () => {
  on73('is exported with what the code does, and with the command that shows it again', async () => {
    const tree = await patchedTree('7.3', KEEPS_ROOTS);
    const to = (format: string, linux = tree) =>
      run('export', STALE, '--linux', linux, '--to', format).stdout;
    const [header, , ...steps] = to('jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(header).toMatchObject({ kernel: tree, linux: tree, layout: 'minimal' });
    expect(steps.at(-1)).toEqual({ record: 'end', verdict: 'stale' });
    const replayed = JSON.parse(run('replay', STALE, '--linux', tree, '--json').stdout);
    expect(steps.slice(0, -1)).toMatchObject(replayed.steps);
    expect(steps.slice(0, -1).some((step) => 'work' in step)).toBe(false);
    expect(to('jsonl', '7.3')).toContain('{"record":"end","verdict":"clean"}');
    expect(to('markdown')).toContain(`npx vtlb replay - --linux ${tree} `);
    expect(JSON.parse(to('itf'))).toMatchObject({ '#meta': { status: 'stale' } });
    expect(to('itf')).not.toContain('"work"');
    for (const format of ['mermaid', 'svg']) expect(to(format)).toContain(`kernel ${tree}`);
    expect(to('kvm-unit-tests')).toContain(`--linux ${tree}`);
    expect(run('export', STALE, '--linux', tree, '--to', 'vitest')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("a vitest file cannot hold Linux's own code"),
    });
  });

  on73('is exported with where the code gave up', async () => {
    const tree = await patchedTree('7.3', NO_FAULT);
    const { stdout } = run('export', ['mov-cr3 a noflush'], '--linux', tree, '--to', 'markdown');
    expect(stdout).toContain('kernel-gave-up breaks at step 1');
  });

  on73('is held against a record, that of its roles if none is named', async () => {
    const tree = await patchedTree('7.3', KEEPS_ROOTS);
    const conform = (...args: readonly string[]) => run('conform', STALE, '--linux', tree, '--json', ...args);
    const against = conform();
    expect([against.status, JSON.parse(against.stdout)]).toMatchObject([
      1,
      { kernel: 'v7.3', verdict: 'different', commit: null, digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(conform('--set', 'pcideSet=nothing').status).toBe(0);
  });

  on73('differs from a record where the code gives up', async () => {
    const tree = await patchedTree('7.3', { ...NO_FAULT, replace: '$1\tBUG_ON(cr3 & 7);\n' });
    const trace = ['access u0', 'mov-cr3 a pcid=1', 'access u0'];
    const { status, stdout } = run('conform', trace, '--linux', tree, '--json');
    const { steps, gaveUp, verdict } = JSON.parse(stdout);
    expect([status, steps.length, verdict]).toEqual([1, 1, 'different']);
    expect(gaveUp).toMatch(/^mov-cr3 a pcid=1: .*BUG_ON/);
    expect(run('conform', trace, '--linux', tree).stdout).toContain(
      "Linux's code gave up at mov-cr3 a pcid=1: ",
    );
  });

  test('takes no record besides', () => {
    for (const command of ['export', 'replay'])
      expect(run(command, STALE, '--linux', '7.3', '--kernel', 'v6.1')).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('expected no --kernel with it'),
      });
  });
});
