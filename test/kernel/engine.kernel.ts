// SPDX-License-Identifier: GPL-2.0
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { vtlb } from '../run-vtlb.ts';
import { kernelTestOn } from './support/kernel-test.ts';
import { type Patch, patchedTree } from './support/patched-tree.ts';

const on73 = kernelTestOn('7.3');

function check(linux: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = vtlb(['check', '--linux', linux, '--json', ...args]);
  if (stdout === '') throw new Error(stderr);
  return { status, value: JSON.parse(stdout) };
}

/** The unload on PCIDE 0->1 is gone. */
const KEEPS_ROOTS: Patch = {
  file: 'regs.c',
  find: /(void kvm_post_set_cr4[\s\S]*?)kvm_mmu_unload\(vcpu\);/,
  replace: '$1;',
};

/** Something more is done first in a function. */
const first = (file: string, name: string, text: string): Patch => ({
  file,
  find: new RegExp(`(\\n[^\\n;]*\\b${name}\\([^;{]*\\n\\{\\n)`),
  replace: `$1\t${text}\n`,
});

describe("a kernel's own code as the engine", () => {
  kernelTestOn('6.12')('6.12 holds on minimal, with the counts of its record', () => {
    const { status, value } = check('6.12');
    expect(status).toBe(0);
    expect(value).toMatchObject({ verdict: 'holds', complete: true, tlbs: 'apart', depth: 13 });
    expect([value.states, value.facts, value.transitions]).toEqual([48_477, 290_156, 831_948]);
    expect(value.secondImages.apart).toBeNull();
    expect(value.secondImages.compared).toBeGreaterThan(1000);
    expect(value.linux).toMatchObject({ commit: null, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  on73('7.3 holds on minimal, with TLBs whole', () => {
    const { status, value } = check('7.3', '--tlbs', 'whole');
    expect([status, value.states, value.transitions, value.depth]).toEqual([0, 180_621, 3_492_468, 16]);
  });

  on73(
    'without the unload on PCIDE 0->1 the guest reads stale after five events, as the record says',
    async () => {
      const { status, value } = check(await patchedTree('7.3', KEEPS_ROOTS));
      const { stdout } = vtlb([
        'check',
        '--kernel',
        'v7.3',
        '--set',
        'pcideSet=nothing',
        '--layout',
        'minimal',
        '--json',
      ]);
      const record = JSON.parse(stdout);
      expect(status).toBe(1);
      expect(value.violation).toEqual(record.violation);
      expect(value.violation.trace).toHaveLength(5);
      expect([value.states, value.facts, value.transitions]).toEqual([
        record.states,
        record.facts,
        record.transitions,
      ]);
    },
  );

  on73('what is remembered of the code counts as memory of the search, which stops at its limit', () => {
    const { value } = check('7.3', '--bound', 'frames=1');
    const args = ['check', '--kernel', 'v7.3', '--layout', 'minimal', '--bound', 'frames=1', '--json'];
    const record = JSON.parse(vtlb(args).stdout);
    expect([value.verdict, value.states]).toEqual(['holds', record.states]);
    // Two words for each state and event.
    const events = Object.keys(value.coverage.fired).length;
    expect(value.searchBytes).toBeGreaterThan(record.searchBytes + 2 * 4 * record.states * events);
    const limited = check('7.3', '--max-memory', '6');
    expect([limited.status, limited.value.verdict]).toEqual([3, 'stopped']);
  });

  on73('a git tree is told by its commit, with a plus for what is changed', async () => {
    const tree = await patchedTree('7.3', KEEPS_ROOTS);
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', tree, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
        stdio: 'pipe',
      });
    git('init', '-q');
    git('add', '-A');
    git('commit', '-qm', 'tree');
    expect(check(tree, '--max-states', '10').value.linux.commit).toMatch(/^[0-9a-f]{12}$/);
    execFileSync('sh', ['-c', `echo '/* */' >> ${tree}/arch/x86/kvm/x86.h`]);
    expect(check(tree, '--max-states', '10').value.linux.commit).toMatch(/^[0-9a-f]{12}\+$/);
  });

  on73.each([
    ['a BUG', 'regs.c', 'kvm_set_cr3', 'BUG_ON(kvm_is_cr4_bit_set(vcpu, X86_CR4_PCIDE));', 'BUG_ON'],
    [
      'a function that the harness does not provide',
      'mmu/mmu.c',
      'kvm_mmu_invlpg',
      'if (kvm_is_cr4_bit_set(vcpu, X86_CR4_PCIDE)) kvm_tdp_mmu_get_walk(vcpu, 0, NULL, NULL);',
      'kvm_tdp_mmu_get_walk, which the harness does not provide',
    ],
    [
      'a CR3 that KVM does not note',
      'regs.c',
      'kvm_set_cr3',
      'if (kvm_is_cr4_bit_set(vcpu, X86_CR4_PCIDE)) return 0;',
      "KVM's registers of vCPU 0 are not the guest's",
    ],
    [
      '#GP that the processor would not give',
      'regs.c',
      'kvm_set_cr3',
      'if (kvm_is_cr4_bit_set(vcpu, X86_CR4_PCIDE)) return 1;',
      'KVM injects #GP, and the processor would not',
    ],
    [
      'no #GP that the processor would give',
      'regs.c',
      'kvm_set_cr3',
      'if (!kvm_is_cr4_bit_set(vcpu, X86_CR4_PCIDE) && (kvm_read_cr3(vcpu) & 1)) cr3 &= ~X86_CR3_PCID_NOFLUSH;',
      'KVM does not inject #GP, and the processor would',
    ],
  ])('%s ends a search as kernel-gave-up, with its trace', async (_, file, name, text, message) => {
    const tree = await patchedTree('7.3', first(file, name, text));
    const { status, value } = check(tree);
    expect(status).toBe(1);
    expect(value.violation).toMatchObject({
      property: 'kernel-gave-up',
      message: expect.stringContaining(message),
    });
    expect(value.violation.trace).toHaveLength(2);
    const replayed = vtlb(['replay', '-', '--linux', tree, '--json'], value.violation.trace.join('\n'));
    expect(JSON.parse(replayed.stdout)).toMatchObject({ verdict: 'broken' });
    expect(JSON.parse(replayed.stdout).steps.at(-1).violations).toEqual(['kernel-gave-up']);
  });

  on73('a field that nobody observes is found out, and nothing is proved', async () => {
    const hidden =
      'static int calls; if (calls++ % 3 == 2) kvm_make_request(KVM_REQ_TLB_FLUSH_CURRENT, vcpu);';
    const tree = await patchedTree('7.3', first('mmu/mmu.c', 'kvm_mmu_invlpg', hidden));
    const { status, value } = check(tree, '--bound', 'spaces=1');
    expect([status, value.verdict]).toEqual([3, 'not exercised']);
    const { ways, next } = value.secondImages.apart;
    expect(ways).toHaveLength(2);
    expect(next).toMatch(/^invlpg/);
  });

  on73('what is read without having been set shows', async () => {
    const unset = 'u32 unset[2], *at = unset; asm volatile("" : "+r"(at)); if (*at) return 1;';
    const { status, value } = check(await patchedTree('7.3', first('regs.c', 'kvm_set_cr3', unset)));
    expect([status, value.violation.property]).toEqual([1, 'kernel-gave-up']);
  });

  on73('code that gives up before the first event is told', async () => {
    const tree = await patchedTree('7.3', first('mmu/mmu.c', 'kvm_mmu_load', 'BUG_ON(vcpu);'));
    for (const command of ['check', 'kernels'])
      expect(vtlb([command, '--linux', tree])).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('the code gave up: before the first event: BUG_ON(vcpu)'),
      });
  });

  test.each([
    ['faults', "the harness has no words for 'page-fault u0'"],
    ['races', "the harness has no words for 'zap-during fault u0'"],
    ['nested', "the harness has no words for 'nested enter a'"],
    ['window', 'the harness walks no page at two levels'],
    ['twice', 'bound cachedRoots=1: Linux has 3'],
  ])('layout %s is refused by name', (layout, message) => {
    const { status, stderr } = vtlb(['check', '--linux', '7.3', '--layout', layout]);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });

  test('what is no kernel, and what does not go with one, is refused', () => {
    expect(vtlb(['check', '--linux', '5.4']).stderr).toContain('expected 6.1, 6.12, 7.3 or the folder');
    expect(vtlb(['check', '--linux', 'spec']).stderr).toContain('expected a tree of Linux 6.1 or later');
    expect(vtlb(['check', '--linux', '7.3', '--symmetry']).stderr).toContain(
      'expected no --symmetry with it',
    );
    expect(vtlb(['check', '--linux', '7.3', '--kernel', 'v6.1']).status).toBe(2);
  });
});

describe("a kernel's own code under a guest", () => {
  const under = (guest: readonly string[], engine: readonly string[], layout = 'minimal') => {
    const args = ['check', ...engine, ...guest, '--layout', layout, '--contract', 'sdm', '--json'];
    const { verdict, states, facts, transitions, depth, violation } = JSON.parse(vtlb(args).stdout);
    return { verdict, states, facts, transitions, depth, violation };
  };
  const LINUX = ['--guest', 'linux'];

  on73('holds, with the counts of its record', () => {
    const code = under(LINUX, ['--linux', '7.3']);
    expect(code.verdict).toBe('holds');
    expect(code).toEqual(under(LINUX, ['--kernel', 'v7.3']));
  });

  on73('is broken where the guest notices, as its record is', async () => {
    const syncs =
      /(\nstatic void kvm_vcpu_flush_tlb_guest[\s\S]*?)kvm_mmu_sync_roots\(vcpu\);\s*kvm_mmu_sync_prev_roots\(vcpu\);/;
    const tree = await patchedTree('7.3', { file: 'x86.c', find: syncs, replace: '$1;' });
    const code = under(LINUX, ['--linux', tree], 'kernel');
    expect(code.verdict).toBe('violated');
    const record = ['--kernel', 'v7.3', '--set', 'flushGuestService=hardware-only'];
    expect(code).toEqual(under(LINUX, record, 'kernel'));
  });

  on73('gives up only where the guest comes to', async () => {
    const bug = async (condition: string) =>
      patchedTree('7.3', first('regs.c', 'kvm_set_cr3', `BUG_ON(${condition});`));
    const withPcids = await bug('kvm_is_cr4_bit_set(vcpu, X86_CR4_PCIDE)');
    expect(under(LINUX, ['--linux', withPcids]).violation.property).toBe('kernel-gave-up');
    const without = await bug('!kvm_is_cr4_bit_set(vcpu, X86_CR4_PCIDE) && (cr3 & 1)');
    expect(under([], ['--linux', without]).violation.property).toBe('kernel-gave-up');
    expect(under(LINUX, ['--linux', without]).verdict).toBe('holds');
  });
});

describe('vtlb kernels --linux', () => {
  const describeTree = (linux: string) => JSON.parse(vtlb(['kernels', '--linux', linux, '--json']).stdout);

  on73('says that a tree without the unload decides as v7.3 with pcideSet=nothing', async () => {
    const found = describeTree(await patchedTree('7.3', KEEPS_ROOTS));
    expect(found).toMatchObject({
      kernel: 'v7.3',
      set: { pcideSet: 'nothing' },
      difference: null,
      events: 8400,
    });
    expect(found.unasked).toContain('nestedTransition');
    expect(found.alike).not.toHaveProperty('pcideSet');
  });

  kernelTestOn('6.12')('tells values apart by searches where walks do not', () => {
    const { kernel, set, alike, searched } = describeTree('6.12');
    expect([kernel, set]).toEqual(['v6.12', {}]);
    expect(alike).toHaveProperty('syncDrop');
    expect(alike).not.toHaveProperty('invlpgRoots');
    expect(searched.traces).toBeGreaterThan(0);
  });

  kernelTestOn('6.1')('says that 6.1 decides as v6.1', () => {
    expect(describeTree('6.1')).toMatchObject({ kernel: 'v6.1', set: {}, difference: null });
  });

  on73('says where no record describes a tree', async () => {
    const odd: Patch = first('mmu/mmu.c', 'kvm_mmu_invlpg', 'kvm_make_request(KVM_REQ_MMU_SYNC, vcpu);');
    const { status, stdout } = vtlb(['kernels', '--linux', await patchedTree('7.3', odd)]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^no record describes .*: the nearest found is v7\.3/);
    expect(stdout).toMatch(/^ {2}invlpg/m);
  });
});
