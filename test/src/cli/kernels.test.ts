import { describe, expect, it } from 'vitest';
import { DECISION_NAMES, DECISIONS } from '../../../spec/kernels/decisions.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { vtlb } from '../../run-vtlb.ts';

const PATCH_ELSEWHERE = `--- a/mm/mmap.c
+++ b/mm/mmap.c
@@ -1 +1 @@ int one(void)
-\ta;
+\tb;
`;

const PATCH = `--- a/arch/x86/kvm/mmu/mmu.c
+++ b/arch/x86/kvm/mmu/mmu.c
@@ -10,2 +10,2 @@ void kvm_mmu_free_obsolete_roots(struct kvm_vcpu *vcpu)
 \tint i;
-\told;
+\tnew;
--- a/arch/x86/kvm/x86.c
+++ b/arch/x86/kvm/x86.c
@@ -10 +10,2 @@ int load_pdptrs(struct kvm_vcpu *vcpu)
 \ta;
+\tb;
${PATCH_ELSEWHERE}`;

describe('a release that is no named kernel', () => {
  it.each([
    [['check', '--kernel', 'v6.6', '--bound', 'spaces=1'], 'kernel v6.6 (the record of v6.4), contract kvm'],
    [
      ['replay', '-', '--kernel', 'v5.15'],
      'kernel v5.15 (the record of v5.14, but for linkUnsyncChildren, syncDrop, initReset) linkUnsyncChildren=',
    ],
    [['compare', 'v6.6', 'v6.12', '--layout', 'minimal', '--bound', 'spaces=1'], 'v6.6 (the record of v6.4)'],
    [
      ['cost', '--kernel', 'v5.15', '--workload', 'switch-4', '--events', '9'],
      'v5.15 (the record of v5.14, but for',
    ],
    [['kernels', 'v5.15', 'v5.14'], 'v5.15 (the record of v5.14, but for'],
    [['export', '-', '--kernel', 'v5.15', '--to', 'markdown'], 'v5.14 linkUnsyncChildren=sync-first'],
  ])('vtlb %s', (args, told) => {
    const { status, stdout, stderr } = vtlb(args, 'access u0');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(told);
  });

  it('is told in JSON by its base and what is set', () => {
    const { kernel, base, set } = JSON.parse(
      vtlb(['replay', '-', '--kernel', 'v6.18', '--json'], 'access u0').stdout,
    );
    expect({ kernel, base, set }).toEqual({
      kernel: 'v6.18',
      base: 'v6.15',
      set: {},
    });
  });

  it('newer than the last is refused', () => {
    const { status, stderr } = vtlb(['check', '--kernel', 'v7.4']);
    expect(status).toBe(2);
    expect(stderr).toContain('v7.3, naive, a release between them');
  });
});

describe('vtlb kernels', () => {
  it('prints every decision, its commits and values', () => {
    const { stdout } = vtlb(['kernels']);
    for (const [name, { commits, values }] of Object.entries(DECISIONS)) {
      for (const text of [`${name}: `, ...commits, ...Object.keys(values)]) expect(stdout).toContain(text);
    }
    const [differ = '', alike = ''] = stdout.split('\nWHAT IF: ');
    expect([differ, alike].map((part) => part.includes('\npgdOnHit: '))).toEqual([false, true]);
    expect([differ, alike].map((part) => part.includes('\npcideSet: '))).toEqual([true, false]);
    expect(differ).toMatch(/\n {2}unload +v5\.18.*\n {2}free-prev-roots +what if +frees/);
  });

  it('prints the table as JSON', () => {
    const value = JSON.parse(vtlb(['kernels', '--json']).stdout);
    expect(value.kernels).toEqual(KERNELS);
    expect(Object.keys(value.decisions)).toEqual(DECISION_NAMES);
    expect(value.decisions.pcideSet).toEqual({
      doc: DECISIONS.pcideSet.doc,
      values: ['nothing', 'reload', 'unload', 'free-prev-roots', 'free-low-bits-0'],
      whatIfs: ['free-prev-roots', 'free-low-bits-0'],
      takenAlike: false,
    });
  });

  it('says what differs between two', () => {
    const { stdout } = vtlb(['kernels', 'patch-base', 'patch']);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .slice(2)
        .map((line) => line.split(/ +/)),
    ).toEqual([
      ['pcidlessInvalidation', 'free-prev-roots', 'keep-prev-roots'],
      ['pcideSet', 'nothing', 'reload'],
      ['pcideClear', 'flush-guest', 'reload'],
    ]);
    expect(vtlb(['kernels', 'v6.4', 'v6.12']).stdout).toBe('v6.4 and v6.12 decide everything alike.\n');
    expect(Object.keys(JSON.parse(vtlb(['kernels', 'v6.4', 'v6.1', '--json']).stdout).decisions)).toEqual([
      'invlpg',
    ]);
  });

  it('prints a decision: releases, commits, and who asks it', () => {
    const { stdout } = vtlb(['kernels', 'obsoleteRoots']);
    expect(stdout).toMatch(/^obsoleteRoots: .*cf4a8693d97a v5\.19/);
    expect(stdout).toMatch(/every +v5\.12 to v5\.17, v5\.19 to v7\.3, patch-base/);
    expect(stdout).toContain('freeObsoleteRoots (spec/kvm/roots.ts:');
    const { decisions, kernels } = JSON.parse(vtlb(['kernels', 'obsoleteRoots', '--json']).stdout);
    expect(Object.keys(decisions)).toEqual(['obsoleteRoots']);
    expect(decisions.obsoleteRoots.askedBy[0]).toMatchObject({
      name: 'freeObsoleteRoots',
      file: 'spec/kvm/roots.ts',
      stands: ['kvm_mmu_free_obsolete_roots'],
    });
    expect(kernels['v5.18']).toEqual({ obsoleteRoots: 'current' });
  });

  it('prints a kernel: each value, and in which functions of the kernel', () => {
    const { stdout } = vtlb(['kernels', 'v5.15']);
    expect(stdout).toMatch(/^v5\.15 \(the record of v5\.14, but for linkUnsyncChildren/);
    expect(stdout).toMatch(/movCr3Flush +invalidate-pcid +kvm_set_cr3/);
    const { kernels } = JSON.parse(vtlb(['kernels', 'v5.14', '--json']).stdout);
    expect(kernels).toEqual({ 'v5.14': KERNELS['v5.14'] });
  });

  it.each([
    ['527d5cd7eece', ['zappedRoot', 'obsoleteRoots']],
    ['free-low-bits-0', ['pcideSet']],
    ['KVM_SET_CR3', ['movCr3Flush', 'currentRootSync']],
    ['no such word', []],
  ])('finds the decisions with %s', (word, names) => {
    expect(Object.keys(JSON.parse(vtlb(['kernels', '--grep', word, '--json']).stdout).decisions)).toEqual(
      names,
    );
    const { status, stdout } = vtlb(['kernels', '--grep', word]);
    expect([status, stdout]).toEqual([
      0,
      expect.stringContaining(names[0] ?? "No decision mentions 'no such word'."),
    ]);
  });

  it('says what a patch touches, and which decisions that may change', () => {
    const { status, stdout } = vtlb(['kernels', 'v5.18', '--diff', '-'], PATCH);
    expect(status).toBe(0);
    expect(stdout).toContain(
      'arch/x86/kvm/mmu/mmu.c\n  kvm_mmu_free_obsolete_roots\n    freeObsoleteRoots (',
    );
    expect(stdout).toContain('load_pdptrs: not in the model (PAE paging)');
    expect(stdout).toMatch(/^obsoleteRoots +current +every$/m);
    const { touched, decisions, kernels } = JSON.parse(
      vtlb(['kernels', '--diff', '-', '--json'], PATCH).stdout,
    );
    expect(
      touched.map((part: Record<string, unknown>) => [part.function, part.inModel, part.leftOut]),
    ).toEqual([
      ['kvm_mmu_free_obsolete_roots', true, null],
      ['load_pdptrs', false, 'PAE paging'],
    ]);
    expect(Object.keys(decisions)).toEqual(['obsoleteRoots']);
    expect(kernels).toEqual({ 'v6.12': { obsoleteRoots: 'every' } });
  });

  it('prints what a kernel does on an event, its decisions put in', () => {
    const { status, stdout } = vtlb(['kernels', 'v5.15', '--event', 'mov-cr3']);
    expect(status).toBe(0);
    expect(stdout).toContain('// kvm_set_cr3 (spec/kvm/set-cr3.ts:13): movCr3Flush=invalidate-pcid\n');
    expect(stdout).toContain(
      '  if (noflush) return;\n  invalidatePcid(here, pcidOf(vcpu.guest.cr4, cr3));\n}',
    );
    expect(stdout).not.toMatch(/kernel\.|TLB_FLUSH_GUEST|sameRoot|findWithoutCurrent/);
    const value = JSON.parse(vtlb(['kernels', 'v5.15', '--event', 'mov-cr3', '--json']).stdout);
    expect(value.handler[1]).toMatchObject({
      name: 'setCr3',
      stands: ['kvm_set_cr3'],
      decisions: { movCr3Flush: 'invalidate-pcid' },
    });
    expect(value.entry[0].stands).toEqual(['vcpu_enter_guest']);
  });

  it('prints what two kernels do otherwise on an event', () => {
    const { stdout } = vtlb(['kernels', 'v6.1', 'v6.12', '--event', 'invlpg']);
    expect(stdout).toContain(
      ['function refreshSpte(here, sp, index) {', '-   if (sp.entries[index]'].join('\n'),
    );
    expect(stdout).toContain('\n+   if (syncSpte(here, sp, index)) flushRemoteTlbs(here);\n  }');
    const same = ['kernels', 'v6.4', 'v6.12', '--event', 'host'];
    expect(vtlb(same).stdout).toBe('// host: - v6.4, + v6.12\n\nBoth do the same.\n');
    expect(JSON.parse(vtlb([...same, '--json']).stdout)).toEqual({
      a: 'v6.4',
      b: 'v6.12',
      event: 'host',
      differ: [],
    });
  });

  it.each([
    [['--diff', 'README.md'], '', 'error: README.md: it is no unified diff'],
    [['--diff', '-'], 'x'.repeat(5_000_000), 'error: standard input: it is no unified diff'],
    [['--diff', 'none'], '', 'error: none: cannot be read (ENOENT)'],
    [['--diff', '-'], PATCH_ELSEWHERE, 'expected a patch to arch/x86/kvm, found one to mm/mmap.c'],
    [['v5.14', 'v5.15', '--diff', '-'], '', 'error: --diff: expected at most one kernel'],
    [['pcideSet', '--diff', '-'], '', 'error: --diff: expected at most one kernel'],
    [['pcideSet', 'v5.14'], '', 'error: kernels: expected no kernel with the decision pcideSet, found v5.14'],
    [['v5.14', '--grep', 'x'], '', 'error: --grep: expected no kernel'],
    [['--event', 'invlpg'], '', 'error: --event: expected one or two kernels with it'],
    [['v5.14', '--event', 'nope'], '', 'Allowed choices are access'],
    [
      ['test/examples/invlpg-active-pcid.ts', '--event', 'invlpg'],
      '',
      'has its own invlpg, which is to be read there',
    ],
    [['nope'], '', 'or a decision (`vtlb kernels` lists them)'],
  ])('refuses %j', (args, input, told) => {
    const { status, stdout, stderr } = vtlb(['kernels', ...args], input);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(told);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
